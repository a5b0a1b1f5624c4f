import Balancer
import Logging
import TestSupport

@testable import Server

extension KeyWatch {
    /// One that writes no log.
    static func silent(requiresKey: Bool, time: TimeSource = ManualClock().source) -> KeyWatch {
        KeyWatch(requiresKey: requiresKey, time: time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
