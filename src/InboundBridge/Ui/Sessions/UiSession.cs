using System.Diagnostics.CodeAnalysis;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Ui.Sessions;

/// <summary>A browser that has signed in.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Every session ends, and its source holds nothing then.")]
internal sealed class UiSession
{
    /// <summary>Ends by itself when its time is over.</summary>
    private readonly CancellationTokenSource _end;

    /// <param name="id">The value of its cookie; a secret.</param>
    public UiSession(string id, HttpToken token, TimeSpan lifetime, TimeProvider clock)
    {
        (Id, Token, Ends) = (id, token, clock.GetUtcNow() + lifetime);
        _end = new CancellationTokenSource(lifetime, clock);
    }

    public string Id { get; }

    /// <summary>The token that it gave. It must still be configured when a request comes.</summary>
    public HttpToken Token { get; }

    public DateTimeOffset Ends { get; }

    /// <summary>Cancelled when the session ends, in whatever way: what still runs for it ends too.</summary>
    public CancellationToken Ended => _end.Token;

    public void End() => _end.Cancel();
}
