//! How long a client may take for each part of a conversation.

use std::time::Duration;

/// The times after which a connection ends, and the pace of bodies.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// To say which protocol it speaks, from the moment it is connected.
    pub protocol: Duration,
    /// To send a request's head on HTTP/1, from its first byte.
    pub head: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// To take the next bytes of what is sent to it.
    pub unread: Duration,
    /// Of a request's body.
    pub body: BodyPace,
    /// For large bodies and answers to wait for memory.
    pub memory: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            protocol: Duration::from_secs(10),
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            unread: Duration::from_secs(30),
            body: BodyPace::default(),
            memory: Duration::from_secs(5),
        }
    }
}

impl Deadlines {
    /// How often to look for connections that are overdue: late by an eighth of the shortest deadline at most, and
    /// by a second.
    pub fn tick(&self) -> Duration {
        let shortest = self.protocol.min(self.head).min(self.idle).min(self.unread);
        (shortest / 8).clamp(Duration::from_millis(5), Duration::from_secs(1))
    }
}

/// How fast a body has to arrive.
#[derive(Clone, Copy, Debug)]
pub struct BodyPace {
    /// The time in which nothing has to come.
    pub grace: Duration,
    /// The average from then on.
    pub bytes_per_sec: u32,
    /// The longest time without a byte.
    pub silence: Duration,
    /// The longest time for all of it.
    pub whole: Duration,
}

impl Default for BodyPace {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(10),
            bytes_per_sec: 1024,
            silence: Duration::from_secs(30),
            whole: Duration::from_secs(300),
        }
    }
}

impl BodyPace {
    /// How long to wait for the next byte of a body that has been arriving for some time.
    pub fn patience(&self, arriving: Duration, received: usize) -> Duration {
        let earned = Duration::from_secs_f64(received as f64 / f64::from(self.bytes_per_sec.max(1)));
        let end = self.grace.saturating_add(earned).min(self.whole);
        end.saturating_sub(arriving).min(self.silence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patience(arriving_secs: u64, received: usize) -> u64 {
        BodyPace::default().patience(Duration::from_secs(arriving_secs), received).as_secs()
    }

    #[test]
    fn a_body_earns_time_by_arriving() {
        assert_eq!(patience(0, 0), 10);
        assert_eq!(patience(9, 0), 1);
        assert_eq!(patience(10, 0), 0);
        assert_eq!(patience(10, 5 * 1024), 5);
        assert_eq!(patience(16, 5 * 1024), 0);
    }

    #[test]
    fn nothing_earns_a_long_silence_or_an_endless_body() {
        assert_eq!(patience(20, 8 * 1024 * 1024), 30);
        assert_eq!(patience(290, 8 * 1024 * 1024), 10);
        assert_eq!(patience(301, 8 * 1024 * 1024), 0);
    }

    #[test]
    fn connections_are_looked_at_in_time() {
        assert_eq!(Deadlines::default().tick(), Duration::from_secs(1));
        let short = Deadlines { head: Duration::from_millis(80), ..Deadlines::default() };
        assert_eq!(short.tick(), Duration::from_millis(10));
    }
}
