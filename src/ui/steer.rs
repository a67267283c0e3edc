//! What the window does before each frame about itself: keys, what was dropped, layouts and switches, what survives.

use eframe::egui::{Context, Event, ThemePreference};

use super::actions::{Action, PALETTE_KEYS, Situation, all};
use super::app::App;
use super::bars::notice::{Kind, Notice};
use super::command::{Overlay, UiCommand};
use super::frame::Rate;
use super::launch::ThemeChoice;
use super::shell::drop::{Dropped, dropped};
use super::shell::{self, LayoutName, ShellWish, Shown, Switch};
use super::text;

impl App {
    /// Makes the window look as it was left, before its first frame.
    pub(super) fn install_once(&mut self, ctx: &Context) {
        let Some(asked) = self.theme_asked.take() else { return };
        shell::install(ctx, &self.kept, &mut self.tokens);
        ctx.set_theme(match asked {
            ThemeChoice::System => ThemePreference::from(self.kept.theme),
            ThemeChoice::Dark => ThemePreference::Dark,
            ThemeChoice::Light => ThemePreference::Light,
        });
    }

    /// Everything that can be done now.
    pub(super) fn actions(&self, ctx: &Context) -> Vec<Action> {
        let views = self.arranged.shown();
        let shell = Shown {
            kept: &self.kept,
            views: &views,
            filled: self.arranged.filled(),
            is_changed: self.kept.views.is_some(),
        };
        all(&Situation {
            session: &self.session,
            shell,
            theme: ctx.theme(),
            has_focus: self.focus.is_some(),
            time: &self.time,
            has_notice: self.notice.is_some(),
            knobs: &self.knobs,
        })
    }

    /// Keys of what can be done; not while a text is typed or something lies over the window.
    pub(super) fn keys(&mut self, ctx: &Context) {
        let is_pressed = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
        if !ctx.input(|input| input.events.iter().any(is_pressed)) {
            return;
        }
        if ctx.input_mut(|input| input.consume_shortcut(&PALETTE_KEYS)) {
            self.wishes.borrow_mut().push(UiCommand::Toggle(Overlay::Palette));
        }
        if ctx.text_edit_focused() || self.overlay.is_some() || eframe::egui::Popup::is_any_open(ctx) {
            return;
        }
        let mut keyed: Vec<_> =
            self.actions(ctx).into_iter().filter_map(|action| Some((action.keys?, action.wish))).collect();
        // With Shift first: without it the toolkit takes either.
        keyed.sort_by_key(|(keys, _)| !keys.modifiers.shift);
        let mut wishes = self.wishes.borrow_mut();
        for (keys, wish) in keyed {
            if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
                wishes.push(wish);
            }
        }
    }

    /// Opens what was dropped onto the window.
    pub(super) fn take_dropped(&mut self, ctx: &Context) {
        match dropped(ctx) {
            Some(Dropped::Path(path)) => self.wishes.borrow_mut().push(UiCommand::OpenDropped(path)),
            Some(Dropped::Refused(why)) => self.say(why),
            None => {}
        }
    }

    /// Does what was asked of the shell.
    pub(super) fn run_shell(&mut self, ctx: &Context, wish: ShellWish) {
        match wish {
            ShellWish::Layout(layout) => {
                if layout != LayoutName::Own || self.kept.own.is_some() {
                    (self.kept.layout, self.kept.views) = (layout, None);
                    self.arranged.renew();
                }
            }
            ShellWish::KeepLayout => {
                if let Some(shape) = self.arranged.shape() {
                    (self.kept.own, self.kept.views, self.kept.layout) = (Some(shape), None, LayoutName::Own);
                }
            }
            ShellWish::ShowView(key) => self.arranged.show(&key),
            ShellWish::CloseView(key) => self.arranged.close(&key),
            ShellWish::Fill(key) => self.arranged.fill(key.filter(|key| shell::arranged::is_known(key))),
            ShellWish::Turn(Switch::Quiet) => {
                let next = if self.rate == Rate::Quiet { Rate::Smooth } else { Rate::Quiet };
                self.set_rate(next);
            }
            ShellWish::Turn(switch) => {
                self.kept.switches.turn(switch);
                shell::install(ctx, &self.kept, &mut self.tokens);
            }
            ShellWish::ExplainKnob(name) => {
                self.overlays.look_for_knob(name);
                self.overlay = Some(Overlay::AllKnobs);
            }
            ShellWish::ForgetRecent => self.kept.recent.clear(),
            ShellWish::DismissNotice => self.shell_words = None,
            ShellWish::Picked(wish) => {
                self.overlay = None;
                self.run(ctx, *wish);
            }
        }
    }

    /// Draws more or less often.
    pub(super) fn set_rate(&mut self, rate: Rate) {
        self.rate = rate;
        self.kept.switches.quiet = rate == Rate::Quiet;
    }

    /// Another theme.
    pub(super) fn set_theme(&mut self, ctx: &Context, theme: ThemePreference) {
        ctx.set_theme(theme);
        self.kept.theme = theme.into();
    }

    /// Takes note of what a person moved, and writes what changed.
    pub(super) fn keep_shell(&mut self, ctx: &Context) {
        if self.arranged.take_edited() {
            let shape = self.arranged.shape();
            let kept = &mut self.kept;
            if kept.layout == LayoutName::Own { kept.own = shape } else { kept.views = shape }
        }
        if let Some(words) = self.keeper.keep(ctx, &self.kept) {
            self.shell_words = Some(words);
        }
    }

    /// Writes what is not written yet: the window closes.
    pub(crate) fn close_shell(&mut self, ctx: &Context) {
        self.keeper.close(ctx, &self.kept);
    }

    /// What there is to say about the shell.
    pub(super) fn shell_notice(&self) -> Option<Notice> {
        let words = self.shell_words.clone()?;
        let actions = vec![(text::CLOSE, UiCommand::Shell(ShellWish::DismissNotice))];
        Some(Notice { kind: Kind::Info, words, actions })
    }
}
