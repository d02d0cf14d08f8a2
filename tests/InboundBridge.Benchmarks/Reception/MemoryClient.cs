using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>
/// The client's end of a connection in memory. The session has processed everything when <see cref="Send"/> returns.
/// </summary>
internal sealed class MemoryClient
{
    private static readonly PipeOptions Inline =
        new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private readonly Pipe _toServer = new(Inline);
    private readonly Pipe _fromServer = new(Inline);

    public IDuplexPipe Server => new Ends(_toServer.Reader, _fromServer.Writer);

    public void Send(ReadOnlySpan<byte> octets)
    {
        _toServer.Writer.Write(octets);
        var flush = _toServer.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully || flush.Result.IsCompleted)
            throw new InvalidOperationException("the session does not read");
    }

    public void Expect(byte digit)
    {
        if (!_fromServer.Reader.TryRead(out var result))
            throw new InvalidOperationException("the session does not answer");
        if (result.Buffer.IsEmpty || result.Buffer.FirstSpan[0] != digit)
            throw new InvalidOperationException($"not the reply that was expected: {Encoding.ASCII.GetString(result.Buffer)}");
        _fromServer.Reader.AdvanceTo(result.Buffer.End);
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
