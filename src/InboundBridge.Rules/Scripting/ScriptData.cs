namespace InboundBridge.Rules.Scripting;

/// <summary>The object <c>data</c> of webhook payloads (docs/payloads.md), or at least those of its members that a script reads.</summary>
/// <param name="Json">UTF-8. What several scripts of a mail get without being made again is the same memory.</param>
/// <param name="Version">Equal as long as only members are added, so that what scripts answered before still holds.</param>
public sealed record ScriptData(ReadOnlyMemory<byte> Json, object Version);
