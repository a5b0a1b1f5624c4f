import Curl

/// The meaning of an answer to an exporter's body.
enum ExportVerdict: Equatable {
    /// The other side has it.
    case taken
    /// It may be taken yet, and not before the time that the other side asks for.
    case later(String, after: Duration? = nil)
    /// It will never be taken as it is.
    case never(String)

    init(_ result: Result<CurlResponse, CurlError>) {
        switch result {
        case .success(let answer):
            switch answer.status {
            case 200...299: self = .taken
            case 408, 425, 429, 500...599: self = .later("status \(answer.status)", after: answer.retryAfter)
            default: self = .never("status \(answer.status)")
            }
        case .failure(let error):
            switch error {
            case .invalidRequest(let text): self = .never(text)
            // It has answered, at length: what it was sent it has, for all that is known, and it would say the same again.
            case .bodyTooLarge: self = .never("\(error)")
            default: self = .later("\(error)")
            }
        }
    }

    /// The reason why it was not taken.
    var trouble: String? {
        switch self {
        case .taken: nil
        case .later(let why, _), .never(let why): why
        }
    }
}
