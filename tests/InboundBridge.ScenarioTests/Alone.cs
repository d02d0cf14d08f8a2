namespace InboundBridge.ScenarioTests;

/// <summary>Scenarios that measure something run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
