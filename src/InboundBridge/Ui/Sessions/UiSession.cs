using InboundBridge.Configuration.Options;

namespace InboundBridge.Ui.Sessions;

/// <summary>A browser that has signed in.</summary>
/// <param name="Id">The value of its cookie; a secret.</param>
/// <param name="Token">The token that it gave. It must still be configured when a request comes.</param>
internal sealed record UiSession(string Id, HttpToken Token, DateTimeOffset Ends);
