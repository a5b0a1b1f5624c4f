import TestSupport
import Testing

@testable import Balancer

/// Positions that stay, and what comes and goes beside them.
@Suite struct PoolRosterTests {
    private func roster(_ size: Int) -> (PoolRoster, PoolSpec) {
        let spec = PoolFixture("least-busy", size: size).spec
        return (PoolRoster(spec), spec)
    }

    @Test func `the same specification changes nothing`() {
        var (roster, spec) = roster(3)
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions == PoolRoster.Positions(spec))
        #expect(change.newInstances.isEmpty && change.newDeployments.isEmpty)
        #expect(change.instances.compactMap(\.self).map(\.name) == ["gpu-1", "gpu-2", "gpu-3"])
    }

    @Test func `what is left out leaves a gap, and what is new stands at the end`() {
        var (roster, _) = roster(3)
        var wanted = PoolFixture("least-busy", size: 4).spec
        wanted.leaveOut(instance: 1)
        let (change, positions) = roster.change(to: wanted, free: FreePositions())
        #expect(positions.instances == [0, 2, 3] && positions.deployments == [0, 2, 3] && positions.models == [0])
        #expect(change.instances[1] == nil && change.deployments[1] == nil)
        #expect(change.newInstances == [3] && change.newDeployments == [3])
        #expect(change.models[0].deployments.map(\.index) == [0, 2, 3])
        #expect(change.deployments[3]?.instance.index == 3)
    }

    @Test func `another order in the file moves nobody`() {
        var (roster, spec) = roster(3)
        spec.instances.reverse()
        for index in spec.deployments.indices {
            spec.deployments[index].instance = InstanceID(index: 2 - spec.deployments[index].instance.index)
        }
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions.instances == [2, 1, 0] && positions.deployments == [0, 1, 2])
        #expect(change.newInstances.isEmpty && change.newDeployments.isEmpty)
    }

    @Test func `another name, id, weight or limit is the same thing`() {
        var (roster, spec) = roster(2)
        spec.instances[0].name = "big"
        spec.deployments[0].id = "other"
        spec.deployments[0].weight = 3
        spec.deployments[1].rpm = 10
        let (change, _) = roster.change(to: spec, free: FreePositions())
        #expect(change.newInstances.isEmpty && change.newDeployments.isEmpty)
        #expect(change.instances[0]?.name == "big" && change.deployments[0]?.weight == 3)
    }

    @Test func `another address is another instance, and its deployments are new`() {
        var (roster, spec) = roster(2)
        spec.instances[0].apiBase = "http://elsewhere:11434"
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions.instances == [2, 1] && positions.deployments == [2, 1])
        #expect(change.newInstances == [2] && change.newDeployments == [2])
    }

    @Test func `of two of a kind each finds itself by its id`() {
        var spec = PoolFixture("least-busy", size: 1).spec
        var twin = spec.deployments[0]
        twin.id = "twin"
        spec.deployments.append(twin)
        spec.models[0].deployments.append(DeploymentID(index: 1))
        var roster = PoolRoster(spec)
        spec.deployments.swapAt(0, 1)
        #expect(roster.change(to: spec, free: FreePositions()).1.deployments == [1, 0])
    }

    @Test func `who comes back before the position is free finds it again`() {
        var (roster, spec) = roster(2)
        var less = spec
        less.leaveOut(instance: 1)
        _ = roster.change(to: less, free: FreePositions())
        #expect(!roster.hasInstance(at: 1) && !roster.hasDeployment(at: 1))
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions.instances == [0, 1] && change.newInstances.isEmpty && change.newDeployments.isEmpty)
    }

    @Test func `a free position is used again, and nothing of the one before is taken for the new one`() {
        var (roster, spec) = roster(2)
        var less = spec
        less.leaveOut(instance: 1)
        _ = roster.change(to: less, free: FreePositions())
        spec.instances[1].apiBase = "http://elsewhere:11434"
        let (change, positions) = roster.change(to: spec, free: FreePositions(instances: [1], deployments: [1]))
        #expect(positions.instances == [0, 1] && positions.deployments == [0, 1])
        #expect(change.newInstances == [1] && change.newDeployments == [1])
    }

    @Test func `a thousand replacements need no more positions than two`() {
        var (roster, spec) = roster(1)
        for number in 0..<1000 {
            spec.instances[0].apiBase = "http://box-\(number):11434"
            let (change, _) = roster.change(
                to: spec, free: FreePositions(instances: [1 - number % 2], deployments: [1 - number % 2]))
            #expect(change.instances.count <= 2 && change.deployments.count <= 2)
        }
    }

    @Test func `a model's position is its name's for ever`() {
        var (roster, spec) = roster(1)
        let first = spec.models[0]
        spec.models[0].name = "other"
        spec.deployments[0].modelName = "other"
        #expect(roster.change(to: spec, free: FreePositions()).1.models == [1])
        spec.models.append(first)
        spec.models[1].deployments = []
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions.models == [1, 0] && change.models.map(\.name) == ["llama3", "other"])
    }

    @Test func `what was appended has a position like the others`() {
        var (roster, spec) = roster(1)
        var tag = spec.deployments[0]
        (tag.id, tag.modelName, tag.listedTag) = ("gpu-1/phi", "phi", "phi:latest")
        let model = ModelSpec(name: "phi", strategy: "least-busy", deployments: [DeploymentID(index: 1)])
        roster.append(deployments: [tag], models: [model])
        spec.deployments.append(tag)
        spec.models.append(model)
        let (change, positions) = roster.change(to: spec, free: FreePositions())
        #expect(positions.deployments == [0, 1] && change.newDeployments.isEmpty)
    }
}

extension PoolSpec {
    /// The same without an instance and its deployments.
    mutating func leaveOut(instance: Int) {
        instances.remove(at: instance)
        let kept = deployments.indices.filter { deployments[$0].instance.index != instance }
        for model in models.indices {
            models[model].deployments = models[model].deployments.compactMap { id in
                kept.firstIndex(of: id.index).map(DeploymentID.init(index:))
            }
        }
        deployments = kept.map { index in
            var spec = deployments[index]
            if spec.instance.index > instance { spec.instance = InstanceID(index: spec.instance.index - 1) }
            return spec
        }
    }
}
