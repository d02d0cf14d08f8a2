using System.Text;
using InboundBridge.Benchmarks.Wire;

namespace InboundBridge.UnitTests.Benchmarks.Wire;

public sealed class HttpSinkConnectionTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string ByLength = "POST / HTTP/1.1\r\nHost: a\r\nWebhook-Id: one\r\nContent-Length: 12\r\n\r\n\r\n0\r\n\r\nhello";
    private const string InChunks =
        "POST / HTTP/1.1\r\nwebhook-id: two\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\r\n\r\nx\r\n1A;name=f\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n";
    private const string Empty = "POST / HTTP/1.1\r\nwebhook-id:three\r\nContent-Length: 0\r\n\r\n";

    private readonly ConnectedSockets _sockets = new();
    private readonly ArrivalCount _arrivals = new();

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task Requests_are_counted_and_answered_wherever_they_are_cut()
    {
        var octets = Encoding.ASCII.GetBytes(ByLength + InChunks + Empty);
        for (var cut = 0; cut < octets.Length; cut++)
        {
            var arrivals = new ArrivalCount();
            arrivals.Expect(3);
            var connection = new HttpSinkConnection(_sockets.Near, arrivals);
            connection.Take(octets.AsSpan(0, cut));
            connection.Take(octets.AsSpan(cut));
            await arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Ok + Ok + Ok, _sockets.Hear(3 * Ok.Length));
        }
        Assert.False(_sockets.HasMore);
    }

    [Fact]
    public async Task Requests_that_come_octet_by_octet_are_counted()
    {
        _arrivals.Expect(3);
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals);
        foreach (var octet in Encoding.ASCII.GetBytes(ByLength + InChunks + Empty))
            connection.Take([octet]);
        await _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_request_that_is_not_yet_whole_is_not_counted()
    {
        _arrivals.Expect(1);
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals);
        connection.Take(Encoding.ASCII.GetBytes(ByLength[..^1]));
        Assert.False(_arrivals.AllArrivedAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task The_same_id_twice_is_found_out()
    {
        _arrivals.Expect(2);
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals);
        connection.Take(Encoding.ASCII.GetBytes(ByLength + ByLength + Empty));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _arrivals.AllArrivedAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Expect_100_continue_is_answered_and_connection_close_is_obeyed()
    {
        _arrivals.Expect(1);
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals);
        connection.Take("POST / HTTP/1.1\r\nwebhook-id: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"u8);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", _sockets.Hear(25));
        Assert.False(connection.Ended);
        connection.Take("{}"u8);
        Assert.True(connection.Ended);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nwebhook-id: a\r\nContent-Length: x\r\n\r\n")]
    public void A_request_that_can_not_be_counted_ends_the_measurement(string request) =>
        Assert.Throws<InvalidOperationException>(
            () => new HttpSinkConnection(_sockets.Near, _arrivals).Take(Encoding.ASCII.GetBytes(request)));

    [Fact]
    public void A_head_without_an_end_ends_the_measurement()
    {
        var connection = new HttpSinkConnection(_sockets.Near, _arrivals);
        Assert.Throws<InvalidOperationException>(() => connection.Take(new byte[40_000]));
    }
}
