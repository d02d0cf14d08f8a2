using System.Threading.Channels;

namespace InboundBridge.Ui.Live;

/// <summary>An open page that listens to <see cref="LiveFeed"/>.</summary>
internal sealed class LiveListener : IDisposable
{
    /// <summary>Texts that may wait: some seconds. A page that does not take them by then is dropped.</summary>
    private const int MostWaiting = 16;

    private readonly Action<LiveListener> _leave;
    private readonly Channel<byte[]> _texts =
        Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });

    /// <param name="token">The name of whoever listens.</param>
    /// <param name="session">Names the session; null where there are none.</param>
    /// <param name="kind">Only events of this kind; null for all.</param>
    public LiveListener(string token, string? session, string? kind, Action<LiveListener> leave) =>
        (Token, Session, Kind, _leave) = (token, session, kind, leave);

    public string Token { get; }

    public string? Session { get; }

    public string? Kind { get; }

    /// <summary>What to send; it ends when the listener is dropped.</summary>
    public ChannelReader<byte[]> Texts => _texts.Reader;

    /// <summary>False: it has not taken what came before, and is dropped.</summary>
    public bool Offer(byte[] text)
    {
        if (_texts.Writer.TryWrite(text))
            return true;
        _texts.Writer.TryComplete();
        return false;
    }

    public void Dispose() => _leave(this);
}
