using System.Buffers;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Hosting.Listening;

namespace InboundBridge.UnitTests.Host.Hosting.Listening;

public sealed class SocketWriterTests : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Socket _own = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Socket _peer = null!;
    private SocketWriter _writer = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        // Before the connection is made, so that what the kernel holds for a peer that does not read stays small.
        listener.ReceiveBufferSize = 8 * 1024;
        _own.SendBufferSize = 8 * 1024;
        listener.Listen();
        await _own.ConnectAsync(listener.LocalEndPoint!);
        _peer = await listener.AcceptAsync();
        _writer = new SocketWriter(_own);
    }

    public ValueTask DisposeAsync()
    {
        _own.Dispose();
        _peer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Written_octets_are_sent_by_the_flush_and_not_before()
    {
        _writer.Write("250 "u8);
        _writer.Write("OK\r\n"u8);
        Assert.Equal(8, _writer.UnflushedBytes);
        Assert.Equal(0, _peer.Available);
        var flushed = _writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.True(flushed.IsCompletedSuccessfully);
        Assert.False((await flushed).IsCanceled);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal("250 OK\r\n"u8.ToArray(), await ReceiveAsync(8));
    }

    [Fact]
    public async Task A_reply_may_grow()
    {
        var expected = Numbered(5000);
        foreach (var piece in expected.Chunk(7))
            _writer.Write(piece);
        await _writer.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(expected, await ReceiveAsync(expected.Length));
    }

    [Fact]
    public async Task A_cancelled_flush_continues_where_it_was_and_sends_nothing_twice()
    {
        var expected = Numbered(4_000_000);
        _writer.Write(expected);
        var first = _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(first.IsCompleted);
        _writer.CancelPendingFlush();
        Assert.True((await first.WaitAsync(Longest, TestContext.Current.CancellationToken)).IsCanceled);
        Assert.Equal(expected.Length, _writer.UnflushedBytes);
        _writer.Write("END"u8);
        var second = _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        byte[] all = [.. expected, .. "END"u8];
        Assert.Equal(all, await ReceiveAsync(all.Length));
        Assert.False((await second.WaitAsync(Longest, TestContext.Current.CancellationToken)).IsCanceled);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal(0, _peer.Available);
    }

    [Fact]
    public async Task A_cancellation_before_a_flush_that_has_to_wait_ends_its_wait()
    {
        _writer.CancelPendingFlush();
        _writer.Write(Numbered(4_000_000));
        Assert.True(
            (await _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(Longest, TestContext.Current.CancellationToken)).IsCanceled);
        var second = _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(second.IsCompleted);
        await ReceiveAsync(4_000_000);
        Assert.False((await second.WaitAsync(Longest, TestContext.Current.CancellationToken)).IsCanceled);
    }

    [Fact]
    public async Task A_flush_that_waits_can_be_given_up()
    {
        using var abort = new CancellationTokenSource();
        _writer.Write(Numbered(4_000_000));
        var flush = _writer.FlushAsync(abort.Token).AsTask();
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush.WaitAsync(Longest, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_socket_that_was_closed_beneath_is_a_lost_connection()
    {
        _writer.Write(Numbered(4_000_000));
        var waits = _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask();
        _own.Dispose();
        await Assert.ThrowsAsync<IOException>(() => waits.WaitAsync(Longest, TestContext.Current.CancellationToken));
        _writer.Write("421 "u8);
        await Assert.ThrowsAsync<IOException>(() => _writer.FlushAsync(TestContext.Current.CancellationToken).AsTask());
        await _writer.CompleteAsync();
    }

    [Fact]
    public async Task The_end_sends_what_is_left_and_then_a_fin_and_the_other_direction_stays_open()
    {
        _writer.Write("221 bye\r\n"u8);
        await _writer.CompleteAsync();
        Assert.Equal("221 bye\r\n"u8.ToArray(), await ReceiveAsync(9));
        Assert.Equal(0, await _peer.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        await _peer.SendAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(1, await _own.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => _writer.GetSpan());
        _writer.Complete();
    }

    [Fact]
    public async Task An_end_with_an_exception_sends_nothing_more()
    {
        _writer.Write("250 OK\r\n"u8);
        await _writer.CompleteAsync(new IOException("the peer does not read"));
        Assert.Equal(0, await _peer.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    private static byte[] Numbered(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];

    private async Task<byte[]> ReceiveAsync(int length)
    {
        var received = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var count =
                await _peer.ReceiveAsync(received.AsMemory(filled), TestContext.Current.CancellationToken).AsTask()
                    .WaitAsync(Longest, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            filled += count;
        }
        return received;
    }
}
