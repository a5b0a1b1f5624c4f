/// A request as a box received it, for a test to look at.
public struct ReceivedRequest: Equatable, Sendable {
    /// `POST`.
    public var method: String
    /// With its query: `/api/chat`.
    public var target: String
    /// In the order and spelling of the wire.
    public var headers: [Header]
    /// The body as text.
    public var body: String

    /// One header line.
    public struct Header: Equatable, Sendable {
        /// As sent: `Content-Type`.
        public var name: String
        /// Without the blanks around it.
        public var value: String
    }

    /// The first header of that name, regardless of case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
