using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using InboundBridge.Smtp.Wire;

namespace InboundBridge.UnitTests.Smtp.Wire;

public class LineByLineStreamTests
{
    [Fact]
    public async Task Each_line_is_written_by_itself_and_long_ones_in_pieces()
    {
        var writes = new RecordingWriter();
        await using var stream = new LineByLineStream(new Pipe().Reader, writes);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"MAIL\r\nRCPT\r\n\r\n{new string('x', 5000)}\r\nrest"), TestContext.Current.CancellationToken);
        Assert.Equal(["MAIL\r\n", "RCPT\r\n", "\r\n", new string('x', 4096), new string('x', 904) + "\r\n", "rest"], writes.Writes);
    }

    private sealed class RecordingWriter : PipeWriter
    {
        public List<string> Writes { get; } = [];

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            Writes.Add(Encoding.ASCII.GetString(source.Span));
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
        }

        public override void Advance(int bytes) => throw new NotSupportedException();

        public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
