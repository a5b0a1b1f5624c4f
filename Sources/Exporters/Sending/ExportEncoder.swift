/// Makes the body of one request of many things to tell: a value, so that its bytes are tested without a socket.
public protocol ExportEncoder: Sendable {
    /// The things it tells.
    associatedtype Item: Sendable

    /// `Content-Type` of the body.
    static var contentType: String { get }

    /// One body with all of these; nil where there is nothing to say of them.
    mutating func encode(_ items: ArraySlice<Item>) -> [UInt8]?

    /// How many of a body's things were refused, by the body of an answer that is a success as a whole.
    func refusals(in answer: [UInt8]) -> Int
}

extension ExportEncoder {
    /// JSON, where nothing else is said.
    public static var contentType: String { "application/json" }
    /// None, where nothing else is said.
    public func refusals(in answer: [UInt8]) -> Int { 0 }
}
