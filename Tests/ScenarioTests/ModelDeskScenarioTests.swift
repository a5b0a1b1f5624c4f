import Balancer
import Config
import Farm
import Testing

@testable import CLI

/// `/model/new`, `/model/update` and `/model/delete` on a gateway that serves.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ModelDeskScenarioTests {
    private static let key = "Authorization: Bearer sk-master\r\n"
    private static let drover =
        "drover: {store: off, probe: {interval: 200ms, timeout: 1s, fall: 2, rise: 1}}\n"

    private func ask(_ pool: ReloadedGateway, _ path: String, _ body: String) async throws -> (Int, JSONNode) {
        let message = try await pool.call(RunningGateway.post(path, body, Self.key))
        return (message.status, try JSONNode(message.body))
    }

    private func new(_ pool: ReloadedGateway, name: String, id: String, box: Int = 0) -> String {
        #"{"model_name":"\#(name)","litellm_params":{"model":"ollama/llama3.1:8b","#
            + #""api_base":"http://127.0.0.1:\#(pool.ports[box])","api_key":"sk-upstream-secret"},"#
            + #""model_info":{"id":"\#(id)"}}"#
    }

    @Test func `a model is made, changed and taken away, and each acts at once`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 2, key: "sk-master") { ports in
            ReloadedGateway.pool(ports.prefix(1), more: Self.drover)
        }
        #expect(try await pool.chat(model: "extra", headers: Self.key).status == 404)
        let (status, row) = try await ask(pool, "/model/new", new(pool, name: "extra", id: "m-1", box: 1))
        #expect(status == 200 && row["model_id"].text == "m-1" && row["model_name"].text == "extra", "\(row)")
        #expect(row["litellm_params"]["api_key"].text == "*****")
        let answer = try await pool.chat(model: "extra", headers: Self.key)
        #expect(answer.status == 200 && answer.instance == "127.0.0.1:\(pool.ports[1])")
        let info = try await pool.call(RunningGateway.get("/model/info", Self.key)).body
        #expect(!info.contains("sk-upstream-secret"))
        let rows = try JSONNode(info)["data"].elements
        #expect(rows.first { $0["model_info"]["id"].text == "m-1" }?["model_info"]["db_model"] == .bool(true))
        #expect(rows.first { $0["model_name"].text == "llama3" }?["model_info"]["db_model"] == .bool(false))

        let (again, _) = try await ask(pool, "/model/new", new(pool, name: "extra", id: "m-1"))
        #expect(again == 400)
        let (changed, _) = try await ask(
            pool, "/model/update",
            #"{"model_name":"renamed","litellm_params":{"api_key":"*****"},"model_info":{"id":"m-1"}}"#)
        #expect(changed == 200)
        #expect(try await pool.chat(model: "renamed", headers: Self.key).status == 200)
        #expect(try await pool.chat(model: "extra", headers: Self.key).status == 404)
        // A reload of the file keeps it.
        #expect(try await pool.reload(headers: Self.key).status == 200)
        #expect(try await pool.chat(model: "renamed", headers: Self.key).status == 200)

        let (gone, word) = try await ask(pool, "/model/delete", #"{"id":"m-1"}"#)
        #expect(gone == 200 && word["message"].text == "Model: m-1 deleted successfully")
        #expect(try await pool.chat(model: "renamed", headers: Self.key).status == 404)
        #expect(pool.gateway.pool.instances.count == 1)
        try await pool.stop()
    }

    @Test func `a faulty model is refused and not kept, and one of the file is not changed here`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 1, key: "sk-master") {
            ReloadedGateway.pool($0, more: Self.drover)
        }
        let (status, answer) = try await ask(
            pool, "/model/new", #"{"model_name":"x","litellm_params":{"model":"ollama/x","rpm":"many"}}"#)
        #expect(status == 400 && answer["error"]["message"].text?.contains("rpm") == true, "\(answer)")
        for name in ["os.environ/LITELLM_MASTER_KEY", "os.environ/HOME"] {
            let (status, answer) = try await ask(pool, "/model/new", new(pool, name: name, id: "spy"))
            #expect(status == 400 && answer["error"]["message"].text?.contains("for keys alone") == true, "\(answer)")
        }
        #expect(pool.gateway.pool.models.count == 1)
        let file = try #require(pool.gateway.pool.deployments.first?.modelID)
        for path in ["/model/delete", "/model/update"] {
            let body = #"{"id":"\#(file)","model_info":{"id":"\#(file)"}}"#
            let (status, answer) = try await ask(pool, path, body)
            #expect(
                status == 400 && answer["error"]["message"].text?.contains("configuration file") == true, "\(answer)")
        }
        #expect(try await ask(pool, "/model/delete", #"{"id":"nobody"}"#).0 == 404)
        let stranger = try await pool.call(RunningGateway.post("/model/new", new(pool, name: "y", id: "y")))
        #expect(stranger.status == 401)
        try await pool.stop()
    }

    @Test func `a model that has become a fault keeps no other from being changed, nor itself from being mended`()
        async throws
    {
        let pool = try await ReloadedGateway.start(boxes: 1, key: "sk-master") {
            ReloadedGateway.pool(
                $0, more: Self.drover.replacing("store: off", with: "store: off, model_variables: [MINE]"))
        }
        let spy = new(pool, name: "spy", id: "m-1").replacing("sk-upstream-secret", with: "os.environ/MINE")
        #expect(try await ask(pool, "/model/new", spy).0 == 200)
        pool.write(ReloadedGateway.pool(pool.ports, more: Self.drover))
        #expect(try await pool.reload(headers: Self.key).status == 200)
        let (status, answer) = try await ask(pool, "/model/new", new(pool, name: "extra", id: "m-2"))
        #expect(status == 200, "\(answer)")
        #expect(try await ask(pool, "/model/new", spy.replacing("m-1", with: "m-3")).0 == 400)
        #expect(try await ask(pool, "/model/update", new(pool, name: "spy", id: "m-1")).0 == 200)
        #expect(pool.gateway.pool.models.map(\.modelName).sorted() == ["extra", "llama3", "spy"])
        try await pool.stop()
    }

    @Test func `every id that is listed is known, and one that comes of an entry names that`() async throws {
        let pool = try await ReloadedGateway.start(boxes: 1, key: "sk-master") { ports in
            """
            model_list:
              - {model_name: "own/*", litellm_params: {model: "ollama/*", api_base: "http://127.0.0.1:\(ports[0])"}, model_info: {id: star}}
            drover: {store: off, probe: {interval: 100ms}}
            """
        }
        func rows(_ query: String = "") async throws -> (Int, [JSONNode]) {
            let answer = try await pool.call(RunningGateway.get("/model/info\(query)", Self.key))
            return (answer.status, answer.status == 200 ? try JSONNode(answer.body)["data"].elements : [])
        }
        await eventually("the box's tags are listed") { !pool.gateway.pool.models.isEmpty }
        // The same name by an entry that is made over the API.
        let made =
            #"{"model_name":"more/*","litellm_params":{"model":"ollama/*","api_base":"http://127.0.0.1:\#(pool.ports[0])"},"model_info":{"id":"m-1"}}"#
        #expect(try await ask(pool, "/model/new", made).0 == 200)
        await eventually("both are listed") {
            Set(pool.gateway.pool.models.map { $0.modelName.prefix(4) }).isSuperset(of: ["own/", "more"])
        }
        let all = try await rows().1
        #expect(all.count >= 2)
        for row in all {
            let id = try #require(row["model_info"]["id"].text)
            let entry = try #require(row["model_info"]["entry_id"].text)
            #expect(["star", "m-1"].contains(entry) && id.hasPrefix(entry + "/"))
            #expect(row["model_info"]["db_model"] == .bool(entry == "m-1"))
            let (status, own) = try await rows("?litellm_model_id=\(id)")
            #expect(status == 200 && own.map { $0["model_info"]["id"].text } == [id])
            #expect(try await rows("?litellm_model_id=\(entry)").1.contains { $0["model_info"]["id"].text == id })
            for path in ["/model/update", "/model/delete"] {
                let (status, answer) = try await ask(pool, path, #"{"id":"\#(id)","model_info":{"id":"\#(id)"}}"#)
                let message = answer["error"]["message"].text ?? ""
                #expect(status == 400 && message.contains("come of the model \(entry)"), "\(answer)")
                #expect(
                    message.contains(entry == "m-1" ? "over the API: change or delete" : "in the configuration file"))
            }
            let (again, _) = try await ask(pool, "/model/new", new(pool, name: "x", id: id))
            #expect(again == 400)
        }
        #expect(try await rows("?litellm_model_id=nobody").0 == 404)
        #expect(try await ask(pool, "/model/delete", #"{"id":"m-1"}"#).0 == 200)
        try await pool.stop()
    }

    @Test func `models are there again after a restart`() async throws {
        try await TemporaryFolder.lend { folder in
            func yaml(_ ports: [Int]) -> String {
                ReloadedGateway.pool(ports, more: "drover: {store: \"sqlite:\(folder)/m.db\"}\n")
            }
            // The first one's claim on the file ends with it.
            func first() async throws -> (farm: BoxFarm, ports: [Int]) {
                let pool = try await ReloadedGateway.start(boxes: 1, key: "sk-master", yaml)
                #expect(try await ask(pool, "/model/new", new(pool, name: "extra", id: "m-1")).0 == 200)
                try await pool.gateway.stop()
                return (pool.farm, pool.ports)
            }
            let (farm, ports) = try await first()
            let text = yaml(ports)
            let second = try await RunningGateway.start(
                text, key: "sk-master",
                read: { Loader.load(text: text, name: "test.yaml", environment: [:], models: $0) })
            #expect(second.pool.models.map(\.modelName) == ["llama3", "extra"])
            try await second.stop()
            await farm.shutdown()
        }
    }
}
