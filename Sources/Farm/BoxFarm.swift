import BoxModel
public import NIOCore
import NIOPosix

/// Simulated Ollama boxes over real HTTP, each on its own port, in this process.
///
/// Each box lives on one event loop of the group, so boxes share nothing and need no lock.
public final class BoxFarm: Sendable {
    /// Nothing listens before `start`. Without a group the farm makes one of its own and ends it at `shutdown`.
    public init(_ configuration: FarmConfiguration, group: (any EventLoopGroup)? = nil) {
        fatalError()
    }

    /// Opens every port and answers the boxes', in order.
    @discardableResult
    public func start() async throws -> [Int] { fatalError() }

    /// The boxes' ports, in order; empty before the start.
    public var ports: [Int] { fatalError() }

    /// The boxes' base URLs, in order: `http://127.0.0.1:21434`.
    public var urls: [String] { fatalError() }

    /// Where the control routes alone listen; nil if nowhere.
    public var controlPort: Int? { fatalError() }

    /// Gives a box a fault in place of the one it has. When it returns the fault acts: with `refuse` the listener is
    /// closed, with `none` after `refuse` it is open again.
    public func inject(_ fault: FarmFault, box: Int) async throws { fatalError() }

    /// What a box has counted.
    public func stats(box: Int) async -> FarmStats { fatalError() }

    /// What a box has counted as soon as `condition` holds for it, which is checked at every change.
    /// Throws `FarmError.notReached` after `limit`.
    @discardableResult
    public func stats(
        box: Int, within limit: Duration = .seconds(10), when condition: @escaping @Sendable (FarmStats) -> Bool
    ) async throws -> FarmStats { fatalError() }

    /// The last requests a box received on other than its control routes, oldest first, at most 64.
    public func received(box: Int) async -> [ReceivedRequest] { fatalError() }

    /// Sets a box back: no fault, counters at zero, nothing received. What runs goes on and is counted from then.
    public func reset(box: Int) async throws { fatalError() }

    /// Closes everything at once, as a process does that ends.
    public func shutdown() async { fatalError() }
}
