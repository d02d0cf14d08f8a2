using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.Scripts;

/// <param name="Mails">Of each kind, with and without a script, in one round.</param>
/// <param name="Script">True of every mail.</param>
internal sealed record ScriptsOptions(
    IReadOnlyList<ApplianceBuild> Builds, int Rounds, int Mails, string Script, string Folder, string? MarkdownFile);
