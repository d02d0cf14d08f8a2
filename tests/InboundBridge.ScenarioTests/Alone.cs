namespace InboundBridge.ScenarioTests;

/// <summary>Scenarios that measure something run while no other scenario does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
