import Balancer

/// Posts a tick at the moment it was last set to; setting it to an earlier one replaces a later.
struct Alarm {
    private let time: TimeSource
    private let requests: ProbeRequests
    private var task: Task<Void, Never>?
    private var moment: Moment?

    init(time: TimeSource, requests: ProbeRequests) {
        self.time = time
        self.requests = requests
    }

    /// Rings at the moment, unless it is to ring before anyhow.
    mutating func set(_ due: Moment) {
        if let moment, moment <= due { return }
        task?.cancel()
        moment = due
        task = Task { [time, requests] in
            guard (try? await time.sleep(due)) != nil else { return }
            requests.post(.tick)
        }
    }

    /// A tick was heard: the next is to be set.
    mutating func rang() {
        task?.cancel()
        task = nil
        moment = nil
    }

    mutating func cancel() { rang() }
}
