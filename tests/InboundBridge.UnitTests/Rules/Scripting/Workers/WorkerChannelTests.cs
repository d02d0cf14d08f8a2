using System.Buffers.Binary;
using System.IO.Pipes;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Rules.Scripting;
using InboundBridge.Rules.Scripting.Workers;

namespace InboundBridge.UnitTests.Rules.Scripting.Workers;

public class WorkerChannelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public async Task A_frame_arrives_whole_in_whatever_pieces_it_comes(int piece)
    {
        byte[] body = [.. Enumerable.Range(0, 50_000).Select(index => (byte)index)];
        var buffer = new FrameBuffer(body.Length);
        // The second frame uses the memory of the first.
        foreach (var sent in new[] { body, body[..10], [] })
        {
            using var stream = new PieceStream(Frame(sent), piece);
            Assert.Equal(sent, (await buffer.ReadAsync(stream, Token))!.Value.ToArray());
            using var again = new PieceStream(Frame(sent), piece);
            Assert.Equal(sent, buffer.Read(again)!.Value.ToArray());
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("[1,{}]")]
    public void An_answer_is_read_as_it_was_written(string value)
    {
        var answer = new ScriptAnswer(JsonNode.Parse(value), [], [], null);
        var read = ScriptFrame.ReadAnswer(ScriptFrame.Answer(answer).Span[FrameBuffer.HeaderLength..]);
        Assert.Equal(answer.Value?.ToJsonString(), read.Value?.ToJsonString());
        Assert.Equal((0, 0, 0, null, false), (read.Effects.Count, read.Log.Count, read.Places.Count, read.Error, read.IsLast));
    }

    [Fact]
    public void A_frame_that_ends_early_is_none()
    {
        var buffer = new FrameBuffer(100);
        Assert.Null(buffer.Read(new MemoryStream(Frame([1, 2, 3])[..6])));
        Assert.Null(buffer.Read(new MemoryStream([0, 0])));
        Assert.Null(buffer.Read(new MemoryStream()));
    }

    [Fact]
    public void What_is_longer_than_allowed_or_more_than_one_frame_breaks_the_protocol()
    {
        var buffer = new FrameBuffer(3);
        Assert.Throws<JsonException>(() => buffer.Read(new MemoryStream(Frame([1, 2, 3, 4]))));
        Assert.Throws<JsonException>(() => buffer.Read(new MemoryStream([0xFF, 0xFF, 0xFF, 0xFF])));
        Assert.Throws<JsonException>(() => buffer.Read(new MemoryStream([.. Frame([1]), .. Frame([2])])));
        Assert.Equal([1], buffer.Read(new MemoryStream(Frame([1])))!.Value.ToArray());
    }

    /// <summary>More than a pipe holds, in both directions, so that both sides wait for each other.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task Frames_larger_than_a_pipe_are_exchanged(int length)
    {
        Assert.SkipUnless(PipeCalls.IsKnown, "only Linux has these calls");
        using var peer = new Peer(input =>
        {
            var request = new FrameBuffer(length).Read(input)!.Value.ToArray();
            Array.Reverse(request);
            return Frame(request);
        });
        byte[] body = [.. Enumerable.Range(0, length).Select(index => (byte)(index * 7))];
        for (var turn = 0; turn < 3; turn++)
        {
            var answer = (await peer.Channel.ExchangeAsync(Frame(body), Token))!.Value.ToArray();
            Assert.Equal(body.Reverse(), answer);
        }
    }

    [Fact]
    public async Task A_peer_that_answers_in_two_halves_is_waited_for_and_one_that_ends_is_not()
    {
        Assert.SkipUnless(PipeCalls.IsKnown, "only Linux has these calls");
        using var goOn = new ManualResetEventSlim();
        var turn = 0;
        using var peer = new Peer(
            input =>
            {
                new FrameBuffer(100).Read(input);
                return ++turn == 1 ? Frame([1, 2, 3, 4]) : Frame([1, 2, 3, 4])[..5];
            },
            between: goOn.Wait);
        var exchange = peer.Channel.ExchangeAsync(Frame([9]), Token).AsTask();
        Assert.False(exchange.IsCompleted);
        goOn.Set();
        Assert.Equal([1, 2, 3, 4], (await exchange)!.Value.ToArray());
        Assert.True(peer.Channel.IsSlow);
        Assert.Null(await peer.Channel.ExchangeAsync(Frame([9]), Token));
    }

    private static byte[] Frame(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        return frame;
    }

    /// <summary>The other ends of two pipes, on a thread. It ends when its answer is not a whole frame.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly AnonymousPipeServerStream _requests = new(PipeDirection.Out);
        private readonly AnonymousPipeServerStream _answers = new(PipeDirection.In);
        private readonly Thread _thread;

        /// <param name="between">Called after the first octets of an answer.</param>
        public Peer(Func<Stream, byte[]> answer, Action? between = null)
        {
            var input = new AnonymousPipeClientStream(PipeDirection.In, _requests.ClientSafePipeHandle);
            var output = new AnonymousPipeClientStream(PipeDirection.Out, _answers.ClientSafePipeHandle);
            Channel = PipeChannel.TryCreate(_requests, _answers)!;
            _thread = new Thread(() => Loop(input, output, answer, between)) { IsBackground = true };
            _thread.Start();
        }

        public PipeChannel Channel { get; }

        public void Dispose()
        {
            Channel.Dispose();
            _thread.Join();
        }

        private static void Loop(Stream input, Stream output, Func<Stream, byte[]> answer, Action? between)
        {
            using (input)
            using (output)
            {
                try
                {
                    byte[] octets;
                    do
                    {
                        octets = answer(input);
                        output.Write(octets.AsSpan(0, 2));
                        between?.Invoke();
                        output.Write(octets.AsSpan(2));
                    }
                    while (octets.Length == 4 + BinaryPrimitives.ReadInt32BigEndian(octets));
                }
                catch (Exception exception) when (exception is IOException or InvalidOperationException)
                {
                    // The channel is closed.
                }
            }
        }
    }

    /// <summary>Gives a few octets at a time, as a pipe may.</summary>
    private sealed class PieceStream(byte[] octets, int piece) : MemoryStream(octets)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
