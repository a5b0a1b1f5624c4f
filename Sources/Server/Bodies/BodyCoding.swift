import Gateway

/// How a request's body is packed, by its `Content-Encoding`.
enum BodyCoding: Equatable {
    /// As it is.
    case identity
    case gzip
    /// zlib's form, or that without its frame, which some clients send by the same name.
    case deflate
    /// One that is not unpacked here, or several over each other.
    case unknown(String)

    /// - Parameter values: those of all fields of that name; none is the usual case.
    init(_ values: [String]) {
        let names = values.flatMap { $0.split(separator: ",") }
            .map { $0.drop(while: \.isWhitespace).prefix { !$0.isWhitespace }.lowercased() }
            .filter { !$0.isEmpty && $0 != "identity" }
        switch names {
        case []: self = .identity
        case ["gzip"], ["x-gzip"]: self = .gzip
        case ["deflate"]: self = .deflate
        default: self = .unknown(names.joined(separator: ", "))
        }
    }

    /// What a client is told whose body is packed in a way that has this name.
    static func refusal(of name: String) -> GatewayError {
        .invalidRequest(
            message: "a body with the content-encoding `\(name)` is not read; send plain JSON, gzip or deflate",
            param: nil)
    }
}
