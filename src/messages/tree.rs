//! The shape of a conversation: a forest in which every node knows its height.

use std::collections::HashMap;

use crate::id::MessageId;

/// A message's place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The message.
    pub id: MessageId,
    /// Its parent, in the same thread.
    pub parent: Option<MessageId>,
    /// 0 at a root, the parent's height + 1 below.
    pub height: i64,
}

/// The nearest ancestor that stays of a message whose parent is about to go; `None` when that leaves it a root.
pub fn nearest_survivor<'n>(parent: &MessageId, gone: &'n HashMap<MessageId, Node>) -> Option<&'n MessageId> {
    let mut ancestor = gone.get(parent)?.parent.as_ref();
    while let Some(node) = ancestor.and_then(|id| gone.get(id)) {
        ancestor = node.parent.as_ref();
    }
    ancestor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: usize) -> HashMap<MessageId, Node> {
        let id = |n: usize| MessageId::named(format!("msg_{n}"));
        let node = |n: usize| Node { id: id(n), parent: n.checked_sub(1).map(id), height: n as i64 };
        (0..length).map(|n| (id(n), node(n))).collect()
    }

    #[test]
    fn the_nearest_survivor_is_found_over_any_number_of_gaps() {
        let id = |n: usize| MessageId::named(format!("msg_{n}"));
        let mut gone = chain(6);
        assert_eq!(nearest_survivor(&id(5), &gone), None);
        gone.remove(&id(2));
        assert_eq!(nearest_survivor(&id(5), &gone), Some(&id(2)));
        assert_eq!(nearest_survivor(&id(1), &gone), None);
    }
}
