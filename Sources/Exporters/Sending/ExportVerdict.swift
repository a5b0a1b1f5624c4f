import Curl

/// The meaning of an answer to an exporter's body.
enum ExportVerdict: Equatable {
    /// The other side has it.
    case taken
    /// It may be taken yet.
    case later(String)
    /// It will never be taken as it is.
    case never(String)

    init(_ result: Result<CurlResponse, CurlError>) {
        switch result {
        case .success(let answer):
            switch answer.status {
            case 200...299: self = .taken
            case 408, 425, 429, 500...599: self = .later("status \(answer.status)")
            default: self = .never("status \(answer.status)")
            }
        case .failure(let error):
            if case .invalidRequest(let text) = error { self = .never(text) } else { self = .later("\(error)") }
        }
    }

    /// The reason why it was not taken.
    var trouble: String? {
        switch self {
        case .taken: nil
        case .later(let why), .never(let why): why
        }
    }
}
