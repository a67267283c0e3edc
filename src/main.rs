//! Arguments in, window or headless command out.

use std::process::ExitCode;

use clap::Parser;
use scalelab::cli::{self, Cli, Command};

fn main() -> ExitCode {
    let Cli { command, window } = Cli::parse();
    let _log = cli::log::begin(&std::env::args().skip(1).collect::<Vec<_>>());
    match command {
        None => open(None, &window),
        Some(Command::Open { file, window: own }) => open(Some(file), &own.or(&window)),
        Some(command) => cli::execute(command),
    }
}

#[cfg(not(feature = "window"))]
fn open(_scenario: Option<std::path::PathBuf>, _window: &cli::Window) -> ExitCode {
    cli::no_window()
}

#[cfg(feature = "window")]
fn open(scenario: Option<std::path::PathBuf>, window: &cli::Window) -> ExitCode {
    use cli::{Exit, Renderer, Theme};
    use scalelab::ui::{RendererChoice, StopSignal, ThemeChoice, WindowArgs, WindowError, run};

    let stop = StopSignal::default();
    let on_signal = stop.clone();
    // Where no handler can be set, Ctrl-C still ends the program, only less gently.
    drop(ctrlc::set_handler(move || on_signal.stop()));
    let args = WindowArgs {
        scenario,
        renderer: match window.renderer {
            Renderer::Auto => RendererChoice::Auto,
            Renderer::Wgpu => RendererChoice::Wgpu,
            Renderer::Glow => RendererChoice::Glow,
        },
        quit_after: window.quit_after,
        mode: None,
        pace: window.pace,
        from: window.from,
        measure: window.measure_frames,
        theme: match window.theme {
            None => ThemeChoice::System,
            Some(Theme::Dark) => ThemeChoice::Dark,
            Some(Theme::Light) => ThemeChoice::Light,
        },
        size: window.size,
        host: cli::host(),
        stop,
    };
    let exit = match run(&args) {
        Ok(None) => Exit::Ok,
        Ok(Some(measured)) => match cli::put(&measured.json()) {
            Ok(()) => Exit::Ok,
            Err(err) => {
                eprintln!("error: {err:#}");
                Exit::Failed
            }
        },
        Err(WindowError::Scenario(errors)) => {
            eprintln!("{errors}");
            Exit::Invalid
        }
        Err(err) => {
            eprintln!("error: {err}");
            Exit::Failed
        }
    };
    ExitCode::from(exit as u8)
}
