public import Balancer
public import Curl
public import ServiceLifecycle
public import Telemetry

/// Carries finished requests and alerts to the exporters, once a second, until the gateway ends; then what is left, for a moment.
public struct ExportService: Service {
    /// How often the exporters get what has come together.
    public static let interval = Duration.seconds(1)
    /// How long the end of the gateway waits for what is left.
    public static let grace = Duration.seconds(3)

    private let inbox: ExportInbox
    private let exporters: [any RecordExporter]
    private let alerts: AlertDesk?
    private let curl: CurlMulti?
    private let time: TimeSource

    /// - Parameter curl: stopped at the end; nil in tests that have none.
    public init(
        inbox: ExportInbox, exporters: [any RecordExporter], alerts: AlertDesk?, curl: CurlMulti?, time: TimeSource
    ) {
        self.inbox = inbox
        self.exporters = exporters
        self.alerts = alerts
        self.curl = curl
        self.time = time
    }

    /// Returns after the graceful shutdown, when all is sent or the grace is over.
    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await time.sleep(time.now() + Self.interval) } catch { break }
                distribute()
            }
        }
        await finish()
    }

    /// Hands out what has come since the last time.
    func distribute() {
        for batch in inbox.take() {
            for exporter in exporters { exporter.take(batch) }
        }
        for exporter in exporters { exporter.tick() }
        alerts?.tick()
    }

    private func finish() async {
        let limit = time.now() + Self.grace
        for exporter in exporters { exporter.hurry() }
        alerts?.hurry()
        distribute()
        while time.now() < limit, !isIdle {
            do { try await time.sleep(time.now() + .milliseconds(20)) } catch { break }
            distribute()
        }
        for exporter in exporters { exporter.end() }
        alerts?.end()
        curl?.stop()
    }

    private var isIdle: Bool { exporters.allSatisfy(\.isIdle) && alerts?.isIdle ?? true }
}
