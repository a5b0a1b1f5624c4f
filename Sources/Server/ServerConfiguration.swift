import Gateway

/// The front's limits. All values given: defaults live in the configuration.
public struct ServerLimits: Sendable {
    /// Bytes of a request body.
    public var maxBody: Int
    /// Bytes of a request head.
    public var maxHeader: Int
    /// From a head's first byte to its last.
    public var headerTimeout: Duration
    /// From a head's end to the body's.
    public var bodyTimeout: Duration
    /// A connection between two requests, and a client that does not take its answer.
    public var idleTimeout: Duration
    /// Bytes a second that a client which is behind has to take, on average over `idleTimeout`; 0: one byte in it is enough.
    public var minClientRate: Int
    /// Open client connections.
    public var maxConnections: Int
    /// Bytes of bodies and answers that all connections hold together; `Int.max`: no limit.
    public var memory: Int

    /// All limits as given.
    public init(
        maxBody: Int, maxHeader: Int, headerTimeout: Duration, bodyTimeout: Duration, idleTimeout: Duration,
        minClientRate: Int, maxConnections: Int, memory: Int
    ) {
        self.maxBody = maxBody
        self.maxHeader = maxHeader
        self.headerTimeout = headerTimeout
        self.bodyTimeout = bodyTimeout
        self.idleTimeout = idleTimeout
        self.minClientRate = minClientRate
        self.maxConnections = maxConnections
        self.memory = memory
    }
}

/// What a client is told who goes past a limit.
extension ServerLimits {
    static let tooManyConnections = GatewayError.overloaded(
        message:
            "the gateway has as many connections as it serves (drover.limits.max_connections); send the request again")
    static let memoryIsFull = GatewayError.overloaded(
        message: "the gateway holds as many bodies and answers as it may (drover.limits.memory); send the request again"
    )
    static let slowHead = GatewayError.requestTimeout(message: "the request head took too long")
    /// The bytes that a client which is behind takes within `idleTimeout`, at the least.
    var leastTaken: Int {
        Int((Double(minClientRate) * (idleTimeout / .seconds(1))).rounded(.down))
    }

    static let slowBody = GatewayError.requestTimeout(message: "the request body took too long")

    var headTooLarge: GatewayError { .headersTooLarge(message: "the request head is over \(maxHeader) bytes") }
    func unpacking(_ fault: BodyInflater.Fault) -> GatewayError {
        Self.unpacking(fault, most: maxBody, setting: "drover.limits.max_body")
    }

    /// - Parameters:
    ///   - most: bytes that the body may have.
    ///   - setting: that changes it; nil where none does.
    static func unpacking(_ fault: BodyInflater.Fault, most: Int, setting: String?) -> GatewayError {
        switch fault {
        case .garbled:
            .invalidRequest(message: "the body is not what its content-encoding says, or not whole", param: nil)
        case .tooLarge:
            .requestTooLarge(
                message: "the unpacked body is over \(most) bytes\(setting.map { " (\($0))" } ?? ""), or over "
                    + "\(BodyInflater.maximumRatio) times as long as it was sent")
        }
    }

    /// Of a body that runs a model, or asks of one.
    var wholeBody: BodyLimit { BodyLimit(bytes: maxBody, tooLarge: bodyTooLarge, setting: "drover.limits.max_body") }

    var bodyTooLarge: GatewayError {
        .requestTooLarge(message: "the request body is over \(maxBody) bytes (drover.limits.max_body)")
    }
}

/// Where and how the one port listens.
public struct ServerConfiguration: Sendable {
    /// Address to bind.
    public var host: String
    /// TCP port; 0 picks a free one.
    public var port: Int
    /// Whether another process may have the same port: the one that came last gets new connections.
    public var sharesPort: Bool
    /// Sockets that listen already, which were handed over: where there are any, host and port are not bound.
    public var sockets: [Int32]
    /// Event loops; at least 1.
    public var threads: Int
    /// The front's limits.
    public var limits: ServerLimits
    /// How long all is served on after a stop signal, while `/health/readiness` says 503.
    public var shutdownDelay: Duration
    /// How long running requests may go on after that.
    public var shutdownGrace: Duration
    /// TLS on the port; nil: plain HTTP.
    public var tls: TLS?
    /// `/metrics` without a key.
    public var publicMetrics: Bool
    /// Hot requests and answers go out by `send(2)` where nothing is queued; off only to compare, or to rule it out.
    public var directSend: Bool

    /// All values as given.
    public init(
        host: String, port: Int, sharesPort: Bool, sockets: [Int32], threads: Int, limits: ServerLimits,
        shutdownDelay: Duration, shutdownGrace: Duration, tls: TLS?, publicMetrics: Bool, directSend: Bool
    ) {
        self.host = host
        self.port = port
        self.sharesPort = sharesPort
        self.sockets = sockets
        self.shutdownDelay = shutdownDelay
        self.threads = threads
        self.limits = limits
        self.shutdownGrace = shutdownGrace
        self.tls = tls
        self.publicMetrics = publicMetrics
        self.directSend = directSend
    }

    /// Where connections come from.
    var places: [Listener.Place] {
        sockets.isEmpty ? [.address(host: host, port: port, isShared: sharesPort)] : sockets.map { .socket($0) }
    }

    /// The files of a certificate, PEM.
    public struct TLS: Sendable {
        /// The chain, the server's own certificate first.
        public var certificateFile: String
        /// Its private key.
        public var keyFile: String

        /// Both files; they are read when the server is made.
        public init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }
}
