//! What reaches the engine from other threads, and the bell that wakes it.
//!
//! The engine sleeps on a bell of its own rather than in its channel. Who waits in a channel of crossbeam offers its core again and
//! again before it sleeps, and where as many threads work as there are cores, each offer can cost a turn of some milliseconds: the
//! engine was held back until the workers had nothing left to do. Here it offers its core once, as workers do where little is in
//! hand (`world/threads.rs`), since a change of turns on one core costs less than waking another one.
//!
//! After something came in it takes a nap of [`NAP`] before it sleeps. What is not urgent ([`Outbox::put`]) does not wake it from
//! that: where many short tasks end, they are taken in together, each after a nap at the latest.
//!
//! Invariant: whoever sends either finds the engine awake, which then looks once more before it sleeps, or wakes it, or leaves it
//! to a nap. Both change the same state, so one of the two comes second and sees what the other did.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use crate::base::os;

/// How long what is not urgent may wait, at most.
pub(super) const NAP: Duration = Duration::from_micros(500);

/// What the engine does, or is about to do.
const AWAKE: u8 = 0;
const NAPPING: u8 = 1;
const ASLEEP: u8 = 2;

/// Where messages are put in; as many of these as there are senders.
pub(super) struct Outbox<M> {
    /// Taken away when it is dropped.
    messages: Option<Sender<M>>,
    bell: Arc<Bell>,
}

/// Where the engine takes them out.
pub(super) struct Inbox<M> {
    messages: Receiver<M>,
    bell: Arc<Bell>,
    /// Whether anything was taken out since the last nap or sleep.
    busy: Cell<bool>,
}

#[derive(Default)]
struct Bell {
    state: AtomicU8,
    rung: Mutex<bool>,
    heard: Condvar,
}

/// An inbox with room for so many messages.
pub(super) fn inbox<M>(room: usize) -> (Outbox<M>, Inbox<M>) {
    let ((sender, receiver), bell) = (bounded(room), Arc::new(Bell::default()));
    (Outbox { messages: Some(sender), bell: bell.clone() }, Inbox { messages: receiver, bell, busy: Cell::new(false) })
}

impl<M> Outbox<M> {
    /// Sends, and waits where there is no room; whether anybody is left to hear it.
    pub(super) fn send(&self, message: M) -> bool {
        let is_sent = self.messages.as_ref().is_some_and(|messages| messages.send(message).is_ok());
        self.bell.ring();
        is_sent
    }

    /// The same for what may wait for the length of a nap.
    pub(super) fn put(&self, message: M) -> bool {
        let is_sent = self.messages.as_ref().is_some_and(|messages| messages.send(message).is_ok());
        self.bell.ring_if_asleep();
        is_sent
    }

    /// Sends if there is room, and never waits; whether there was, and anybody to hear it.
    pub(super) fn try_send(&self, message: M) -> bool {
        let is_sent = self.messages.as_ref().is_some_and(|messages| messages.try_send(message).is_ok());
        self.bell.ring();
        is_sent
    }
}

impl<M> Clone for Outbox<M> {
    fn clone(&self) -> Self {
        Self { messages: self.messages.clone(), bell: self.bell.clone() }
    }
}

impl<M> Drop for Outbox<M> {
    fn drop(&mut self) {
        // The last one to go is news, too.
        self.messages = None;
        self.bell.ring();
    }
}

impl<M> Inbox<M> {
    /// The next message, without waiting.
    pub(super) fn try_take(&self) -> Result<M, TryRecvError> {
        let taken = self.messages.try_recv();
        if taken.is_ok() {
            self.busy.set(true);
        }
        taken
    }

    /// The next message; waits for it, but no longer than this. It may give up earlier, after a nap.
    pub(super) fn take_within(&self, patience: Duration) -> Result<M, TryRecvError> {
        // Somebody who waits for this core may be about to send; to be woken for it costs both more than this.
        os::offer_core();
        if let Ok(message) = self.try_take() {
            return Ok(message);
        }
        let (state, patience) =
            if self.busy.replace(false) { (NAPPING, patience.min(NAP)) } else { (ASLEEP, patience) };
        self.bell.state.swap(state, Ordering::AcqRel);
        let mut taken = self.try_take();
        if let Err(TryRecvError::Empty) = taken {
            self.bell.sleep(patience);
            taken = self.try_take();
        }
        self.bell.state.swap(AWAKE, Ordering::AcqRel);
        taken
    }
}

impl Bell {
    fn ring(&self) {
        if self.state.swap(AWAKE, Ordering::AcqRel) != AWAKE {
            *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.heard.notify_one();
        }
    }

    fn ring_if_asleep(&self) {
        // A change that changes nothing: whoever changes the state after this sees what was sent before it.
        if self.state.fetch_add(0, Ordering::AcqRel) == ASLEEP {
            self.ring();
        }
    }

    /// Sleeps until the bell rings. One that rang for what was taken meanwhile ends the next sleep early, which does no harm.
    fn sleep(&self, patience: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let slept = self.heard.wait_timeout_while(rung, patience, |rung| !*rung);
        *slept.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn nothing_that_is_sent_is_slept_through() {
        let (outbox, inbox) = inbox(16);
        let senders = [0, 1].map(|sender| {
            let outbox = outbox.clone();
            let send = move |number: u64| if number % 3 == sender { outbox.put(number) } else { outbox.send(number) };
            os::spawn("sender", move || (0..20_000).all(send)).expect("a thread")
        });
        drop(outbox);
        let mut sum = 0_u64;
        loop {
            match inbox.take_within(LONG) {
                Ok(number) => sum += number,
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => break,
            }
        }
        assert_eq!(sum, 2 * (0..20_000).sum::<u64>());
        assert!(senders.into_iter().all(|sender| sender.join().expect("it only sends")));
    }

    #[test]
    fn it_waits_as_long_as_it_is_told_and_not_for_those_who_are_gone() {
        let (outbox, inbox) = inbox::<u64>(1);
        assert_eq!(inbox.take_within(Duration::from_millis(1)), Err(TryRecvError::Empty));
        assert!(outbox.try_send(1) && !outbox.try_send(2), "there is room for one");
        assert_eq!(inbox.take_within(LONG), Ok(1));
        assert_eq!(inbox.take_within(LONG), Err(TryRecvError::Empty), "a nap, no more");
        let last = os::spawn("last", move || drop(outbox)).expect("a thread");
        assert_eq!(inbox.take_within(LONG), Err(TryRecvError::Disconnected));
        last.join().expect("it only goes");
    }
}
