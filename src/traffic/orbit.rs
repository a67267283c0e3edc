//! Clients that were refused and stay away for a while before they ask again (Falin and Templeton, "Retrial queues",
//! 1997).

use crate::base::Time;
use crate::scenario::limits;

/// A client that will come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Client {
    pub(super) key: u64,
    /// When it first asked.
    pub(super) intended: Time,
}

/// Those of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Orbit {
    clients: Vec<Option<Client>>,
    free: Vec<u32>,
}

impl Orbit {
    /// Takes a client in; returns its place, or `None` where so many are away already that it is turned away for good.
    pub(super) fn enter(&mut self, client: Client) -> Option<u32> {
        if self.len() >= limits::ORBIT_MAX {
            return None;
        }
        Some(if let Some(place) = self.free.pop() {
            self.clients[place as usize] = Some(client);
            place
        } else {
            self.clients.push(Some(client));
            self.clients.len() as u32 - 1
        })
    }

    /// A client comes back.
    pub(super) fn leave(&mut self, place: u32) -> Option<Client> {
        let client = self.clients.get_mut(place as usize)?.take()?;
        self.free.push(place);
        Some(client)
    }

    /// How many are away.
    pub(super) fn len(&self) -> usize {
        self.clients.len() - self.free.len()
    }
}
