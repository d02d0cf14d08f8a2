namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A channel over any two streams, where <see cref="PipeChannel"/> does not exist.</summary>
internal sealed class StreamChannel(Stream requests, Stream answers) : IWorkerChannel
{
    private readonly FrameBuffer _answer = new(ScriptFrame.LongestAnswer);

    public async ValueTask<ReadOnlyMemory<byte>?> ExchangeAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await requests.WriteAsync(frame, cancellationToken);
        await requests.FlushAsync(cancellationToken);
        return await _answer.ReadAsync(answers, cancellationToken);
    }

    public void Dispose()
    {
        requests.Dispose();
        answers.Dispose();
    }
}
