using InboundBridge.Api;
using InboundBridge.Http.Access;
using InboundBridge.Operations;
using InboundBridge.Ui.Layout;

namespace InboundBridge.Ui;

/// <summary>What the pages are made from.</summary>
/// <param name="Links">Pages elsewhere that every page leads to.</param>
internal sealed record UiParts(
    ApiAccess Access, ApplianceOperations Operations, ApiSurroundings Surroundings, ILoggerFactory Logs, IReadOnlyList<UiLink> Links);
