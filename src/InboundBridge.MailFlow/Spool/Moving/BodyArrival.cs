using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Moving;

/// <summary>
/// The octets of one mail on their way into a spool: the prelude is gathered first, since a staged message begins with it.
/// </summary>
internal sealed class BodyArrival(IMailSpool spool, SpooledMessage message) : IAsyncDisposable
{
    private readonly byte[] _prelude = new byte[message.PreludeLength];
    private int _filled;
    private StagedMessage? _staged;

    public async ValueTask TakeAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        if (_filled < _prelude.Length)
        {
            var count = Math.Min(octets.Length, _prelude.Length - _filled);
            octets[..count].CopyTo(_prelude.AsMemory(_filled));
            _filled += count;
            octets = octets[count..];
        }
        if (octets.IsEmpty)
            return;
        _staged ??= spool.Stage(message.Id, _prelude);
        await _staged.WriteAsync(octets, cancellationToken);
    }

    /// <summary>All octets have come. The caller disposes of the result.</summary>
    public async ValueTask<StagedMessage> EndAsync(CancellationToken cancellationToken)
    {
        var staged = _staged ?? spool.Stage(message.Id, _prelude.AsMemory(0, _filled));
        _staged = staged;
        await staged.SealAsync(cancellationToken);
        _staged = null;
        return staged;
    }

    public ValueTask DisposeAsync() => _staged?.DisposeAsync() ?? ValueTask.CompletedTask;
}
