//! Turns: whoever asks for much waits for it, not everybody else.

use std::cell::Cell;
use std::collections::VecDeque;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::OnceLock;

tokio::task_local! {
    pub(crate) static PARTY: Cell<Party>;
}

/// Whose work a task does, as far as fairness goes: that of a member of a group, such as a user in a workspace.
/// Groups take turns with each other, and members with each other within a group's turns.
///
/// What says nothing, such as a background job, is of one party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Party {
    group: u64,
    member: u64,
}

impl Party {
    /// The party of these names. Two that share a turn by accident only wait for each other.
    pub fn new(group: impl Hash, member: impl Hash) -> Self {
        // With keys of this process, so that nobody can choose a name that shares another one's turn.
        static HASHER: OnceLock<RandomState> = OnceLock::new();
        let hasher = HASHER.get_or_init(RandomState::new);
        Self { group: hasher.hash_one(group), member: hasher.hash_one(member) }
    }

    /// Has what the running task writes from now on wait for this party's turn. Only says anything within
    /// [`Patience::during`](crate::Patience::during).
    pub fn take_turns(self) {
        let _outside = PARTY.try_with(|party| party.set(self));
    }

    pub(crate) fn group(self) -> u64 {
        self.group
    }

    /// Of the running task.
    pub(crate) fn current() -> Self {
        PARTY.try_with(Cell::get).unwrap_or_default()
    }
}

/// What waits, in the order in which it is somebody's turn.
#[derive(Debug)]
pub(crate) struct Turns<T> {
    groups: Ring<Ring<VecDeque<T>>>,
}

impl<T> Turns<T> {
    /// Puts something behind what its party has waiting.
    pub(crate) fn push(&mut self, party: Party, item: T) {
        self.groups.len += 1;
        let members = self.groups.of(party.group);
        members.len += 1;
        members.of(party.member).push_back(item);
    }

    /// Takes what has its turn.
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.groups.next(|members| members.next(VecDeque::pop_front))
    }

    /// How much waits.
    pub(crate) fn len(&self) -> usize {
        self.groups.len
    }

    /// How much waits of the party's group.
    pub(crate) fn len_of_group(&self, party: Party) -> usize {
        self.groups.waiting.iter().find(|(id, _)| *id == party.group).map_or(0, |(_, members)| members.len)
    }
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { groups: Ring::default() }
    }
}

/// Queues that take turns. There are few at a time: it is cheaper to look through them than to find them by a hash.
#[derive(Debug)]
struct Ring<Q> {
    waiting: VecDeque<(u64, Q)>,
    /// How much is in all of them.
    len: usize,
}

impl<Q> Default for Ring<Q> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), len: 0 }
    }
}

impl<Q: Default> Ring<Q> {
    /// The queue of that number, which begins at the end of the ring.
    fn of(&mut self, id: u64) -> &mut Q {
        let at = self.waiting.iter().position(|(other, _)| *other == id).unwrap_or_else(|| {
            self.waiting.push_back((id, Q::default()));
            self.waiting.len() - 1
        });
        &mut self.waiting[at].1
    }

    /// Takes from the queue at the front, which goes to the end of the ring, or out of it when it is empty.
    fn next<T>(&mut self, take: impl Fn(&mut Q) -> Option<T>) -> Option<T>
    where
        Q: Queue,
    {
        let (id, mut queue) = self.waiting.pop_front()?;
        let item = take(&mut queue);
        self.len -= usize::from(item.is_some());
        if !queue.is_empty() {
            self.waiting.push_back((id, queue));
        }
        item
    }
}

trait Queue {
    fn is_empty(&self) -> bool;
}

impl<T> Queue for VecDeque<T> {
    fn is_empty(&self) -> bool {
        VecDeque::is_empty(self)
    }
}

impl<Q> Queue for Ring<Q> {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn party(group: u64, member: u64) -> Party {
        Party { group, member }
    }

    fn drain(turns: &mut Turns<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| turns.pop()).collect()
    }

    #[test]
    fn a_group_that_waits_with_much_lets_the_others_by() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a3"] {
            turns.push(party(1, 1), item);
        }
        turns.push(party(2, 1), "b1");
        assert_eq!(
            (turns.len(), turns.len_of_group(party(1, 9)), turns.len_of_group(party(3, 1))),
            (4, 3, 0)
        );
        assert_eq!(drain(&mut turns), ["a1", "b1", "a2", "a3"]);
        assert_eq!(turns.len(), 0);
    }

    #[test]
    fn a_member_who_waits_with_much_lets_the_others_of_the_group_by() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a3"] {
            turns.push(party(1, 1), item);
        }
        turns.push(party(1, 2), "b1");
        turns.push(party(2, 1), "c1");
        assert_eq!(drain(&mut turns), ["a1", "c1", "b1", "a2", "a3"]);
    }

    #[test]
    fn parties_are_told_apart_by_both_names() {
        assert_eq!(Party::new("w", "u"), Party::new("w", "u"));
        assert_ne!(Party::new("w", "u"), Party::new("w", "v"));
        assert_ne!(Party::new("w", "u"), Party::new("x", "u"));
    }

    proptest! {
        #[test]
        fn everybody_is_served_in_their_own_order_and_nobody_twice_before_another(
            items in prop::collection::vec((0_u64..4, 0_u64..3), 0..60),
        ) {
            let mut turns = Turns::default();
            for (number, (group, member)) in items.iter().enumerate() {
                turns.push(party(*group, *member), (*group, *member, number));
            }
            let served: Vec<_> = std::iter::from_fn(|| turns.pop()).collect();
            prop_assert_eq!(served.len(), items.len());
            for (at, (group, member, number)) in served.iter().enumerate() {
                let later = &served[at + 1..];
                let of_party = |other: &&(u64, u64, usize)| (other.0, other.1) == (*group, *member);
                prop_assert!(later.iter().filter(of_party).all(|other| other.2 > *number));
                // Between two turns of a group every other one that still waits has had one.
                let next = later.iter().position(|other| other.0 == *group).unwrap_or(0);
                for waiting in &later[next..] {
                    prop_assert!(
                        waiting.0 == *group || next == 0 || later[..next].iter().any(|one| one.0 == waiting.0)
                    );
                }
            }
        }
    }
}
