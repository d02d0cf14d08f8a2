using InboundBridge.Api;
using InboundBridge.Http.Access;
using InboundBridge.Operations;

namespace InboundBridge.Ui;

/// <summary>What the pages are made from.</summary>
internal sealed record UiParts(ApiAccess Access, ApplianceOperations Operations, ApiSurroundings Surroundings, ILoggerFactory Logs);
