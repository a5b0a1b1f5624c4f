import Dialects
import Telemetry

/// The parts of spans that are the same for many: names and attributes, encoded once.
struct TracePieces {
    /// The parts that are the same for all requests of one front.
    struct Route: Sendable {
        /// Name, kind and attributes of the request's span.
        var request: [UInt8]
        /// Which of the jobs.
        var work: Int
    }

    private(set) var errors: [[UInt8]] = []
    /// By job and model: `gen_ai.operation.name` and `gen_ai.request.model`.
    private var askedModels: [[UInt8]] = []
    /// By job: the operation alone, where no model is known.
    private let operations: [[UInt8]]
    /// By job and deployment: name, kind and place of an attempt's span.
    private var attempts: [[UInt8]] = []
    /// By deployment: `gen_ai.response.model`.
    private(set) var answering: [[UInt8]] = []
    private let fronts: [Front]
    /// In the order of `fronts`, and one more for a request of which no front is known.
    private let routes: [Route]
    private var known: TelemetryNames?
    private var models = 0
    /// The longest of each, for the room that a span needs.
    private(set) var longest = 0

    init() {
        fronts = Front.allCases
        let jobs = Work.allCases
        routes = (fronts.map { $0 as Front? } + [nil]).map { front in
            let path = "\(front?.paths.first ?? "")"
            let bytes = Self.encoded(path.utf8.count * 2) { out in
                out.name(Array("POST \(path)".utf8), .server)
                out.attribute("http.request.method", "POST")
                if !path.isEmpty { out.attribute("http.route", Array(path.utf8)) }
            }
            return Route(request: bytes, work: jobs.firstIndex(of: front?.work ?? .chat) ?? 0)
        }
        operations = jobs.map { work in
            Self.encoded(0) { $0.attribute("gen_ai.operation.name", GenAIName.operation(of: work)) }
        }
    }

    mutating func grow(to names: TelemetryNames) {
        guard names != known else { return }
        known = names
        models = names.models.count
        errors = names.errors.map { Array($0.utf8) }
        let works = Work.allCases.indices
        askedModels = works.flatMap { work in
            names.models.map { model in
                operations[work]
                    + Self.encoded(model.utf8.count) { $0.attribute("gen_ai.request.model", Array(model.utf8)) }
            }
        }
        answering = names.deployments.map { deployment in
            let model = Array(names.models[deployment.model].utf8)
            return Self.encoded(model.count) { $0.attribute("gen_ai.response.model", model) }
        }
        attempts = Work.allCases.flatMap { work in
            names.deployments.map { attempt(work, $0, names) }
        }
        longest = [errors, askedModels, attempts, answering].reduce(0) { max($0, $1.lazy.map(\.count).max() ?? 0) }
    }

    func route(_ front: Front?) -> Route {
        let index = front.flatMap { wanted in fronts.firstIndex { $0 == wanted } }
        return routes[index ?? fronts.count]
    }

    func asked(_ model: Int, work: Int) -> [UInt8] { model < 0 ? operations[work] : askedModels[work * models + model] }

    func attempt(on deployment: Int, work: Int) -> [UInt8] { attempts[work * answering.count + deployment] }

    /// A client's span has the name that the conventions give it: the operation and the model.
    private func attempt(_ work: Work, _ deployment: TelemetryNames.Deployment, _ names: TelemetryNames) -> [UInt8] {
        let instance = names.instances[deployment.instance]
        let (name, provider) = (Array(instance.name.utf8), Array(GenAIName.provider(instance.provider).utf8))
        let address = instance.address
        let host = Array((address?.host ?? "").utf8)
        let title = Array("\(GenAIName.operation(of: work)) \(names.models[deployment.model])".utf8)
        return Self.encoded(name.count + provider.count + host.count + title.count) { out in
            out.name(title, .client)
            out.attribute("gen_ai.provider.name", provider)
            out.attribute("drover.instance", name)
            if let address {
                out.attribute("server.address", host)
                out.attribute("server.port", address.port)
            }
        }
    }

    private static func encoded(_ room: Int, _ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 256 + room) { buffer, count in
            var out = ProtobufWriter(buffer.baseAddress!)
            body(&out)
            count = out.count
        }
    }
}
