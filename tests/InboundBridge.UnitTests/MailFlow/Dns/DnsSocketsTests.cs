using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using InboundBridge.MailFlow.Dns;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>Real datagrams and connections on the loopback.</summary>
public sealed class DnsSocketsTests : IDisposable
{
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DnsSocketsTests()
    {
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Listen();
        _udp.Bind(_tcp.LocalEndPoint!);
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <summary>Answers with another id, for another name, and queries, as a forger sends them. The right answer still counts.</summary>
    [Fact]
    public async Task Wrong_answers_are_ignored()
    {
        var asking = LookUpAsync();
        var (query, client) = await ReceiveAsync();
        var right = new DnsAnswerBuilder(query).Add("", 1, 60, 192, 0, 2, 1).Build();
        await SendAsync(client, [1, 2, 3]);
        await SendAsync(client, Changed(right, 0));
        await SendAsync(client, Changed(right, 2, 0x80));
        await SendAsync(client, Changed(new DnsAnswerBuilder(query).Add("", 1, 60, 203, 0, 113, 66).Build(), 13));
        await SendAsync(client, right);
        Assert.Equal("192.0.2.1", Assert.Single((await asking).Addresses).ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_truncated_answer_or_one_in_another_case_is_asked_for_over_tcp(bool otherLetters)
    {
        var asking = LookUpAsync();
        var (query, client) = await ReceiveAsync();
        var right = new DnsAnswerBuilder(query, truncated: !otherLetters).Build();
        await SendAsync(client, otherLetters ? Changed(right, 13, 0x20) : right);
        using var connection = await _tcp.AcceptAsync(TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(connection);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, TestContext.Current.CancellationToken);
        var again = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(again, TestContext.Current.CancellationToken);
        var builder = new DnsAnswerBuilder(again);
        for (var number = 0; number < 200; number++)
            builder.Add("", 1, 60, 192, 0, 2, (byte)number);
        var answer = builder.Build();
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
        // In two pieces, as on a network.
        await stream.WriteAsync(length, TestContext.Current.CancellationToken);
        await stream.WriteAsync(answer.AsMemory(0, 100), TestContext.Current.CancellationToken);
        await stream.WriteAsync(answer.AsMemory(100), TestContext.Current.CancellationToken);
        Assert.Equal(200, (await asking).Records.Count);
    }

    /// <summary>A forger who tries many ids would find the right one in the end.</summary>
    [Fact]
    public async Task After_many_wrong_answers_the_question_is_asked_over_tcp()
    {
        var asking = LookUpAsync();
        var (query, client) = await ReceiveAsync();
        for (var number = 0; number < 32; number++)
            await SendAsync(client, Changed(new DnsAnswerBuilder(query).Add("", 1, 60, 203, 0, 113, 66).Build(), 0, (byte)(number + 1)));
        using var connection = await _tcp.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.False(asking.IsCompleted);
    }

    /// <summary>Only the server's own address and port can send to the socket.</summary>
    [Fact]
    public async Task An_answer_from_another_port_does_not_arrive()
    {
        var asking = LookUpAsync();
        var (query, client) = await ReceiveAsync();
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await forger.SendToAsync(new DnsAnswerBuilder(query).Add("", 1, 60, 203, 0, 113, 66).Build(), SocketFlags.None, client,
            TestContext.Current.CancellationToken);
        await SendAsync(client, new DnsAnswerBuilder(query).Add("", 1, 60, 192, 0, 2, 1).Build());
        Assert.Equal("192.0.2.1", Assert.Single((await asking).Addresses).ToString());
    }

    [Fact]
    public async Task A_text_of_nearly_64_KB_comes_over_tcp()
    {
        var asking = LookUpAsync(DnsRecordType.Txt);
        var (query, client) = await ReceiveAsync();
        await SendAsync(client, new DnsAnswerBuilder(query, truncated: true).Build());
        using var connection = await _tcp.AcceptAsync(TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(connection);
        var again = new byte[query.Length + 2];
        await stream.ReadExactlyAsync(again, TestContext.Current.CancellationToken);
        var text = DnsAnswerBuilder.Text([.. Enumerable.Repeat(new string('x', 255), 255)]);
        var answer = new DnsAnswerBuilder(again.AsSpan(2)).Add("", 16, 60, text).Build();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
        await stream.WriteAsync(length, TestContext.Current.CancellationToken);
        await stream.WriteAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal(255 * 255, Assert.Single((await asking).Texts).Length);
    }

    /// <summary>The whole way: the bit that the server sets is a fact of the answer, if nobody can have set it on the way to us.</summary>
    [Theory]
    [InlineData(true, "this host", true)]
    [InlineData(false, "this host", false)]
    [InlineData(true, "an address that is not known to be this host", false)]
    [InlineData(true, "this host, and another for the time when it is silent", false)]
    public async Task A_validated_answer_is_known_as_such_only_from_a_resolver_on_this_host(bool sets, string server, bool authenticated)
    {
        var own = (IPEndPoint)_udp.LocalEndPoint!;
        var asking = LookUpAsync(servers: server switch
        {
            "this host" => [own],
            // Linux takes the unspecified address for this host, too.
            "an address that is not known to be this host" => [new IPEndPoint(IPAddress.Any, own.Port)],
            _ => [own, new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53)],
        });
        var (query, client) = await ReceiveAsync();
        // RFC 6840 §5.7: we ask for it.
        Assert.Equal(0x20, query[3] & 0x20);
        await SendAsync(client, new DnsAnswerBuilder(query, authenticData: sets).Add("", 1, 60, 192, 0, 2, 1).Build());
        var answer = await asking;
        Assert.Equal((DnsStatus.Success, authenticated), (answer.Status, answer.Authenticated));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_look_up_that_is_called_off_leaves_its_socket(bool overTcp)
    {
        using var off = new CancellationTokenSource();
        var asking = LookUpAsync(cancellationToken: off.Token);
        var (query, client) = await ReceiveAsync();
        using var connection = overTcp ? await TruncateAsync(query, client) : null;
        await off.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        if (connection is not null)
        {
            // The question may have come before the end.
            var left = new byte[4096];
            while (await connection.ReceiveAsync(left, TestContext.Current.CancellationToken) > 0)
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            return;
        }
        // Once the socket is closed, its host refuses what the server sends to it.
        await _udp.ConnectAsync(client, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await _udp.SendAsync(query, SocketFlags.None, TestContext.Current.CancellationToken);
                await Task.Yield();
            }
        });
    }

    [Fact]
    public async Task An_unreachable_server_is_a_failure_and_not_an_exception()
    {
        Dispose();
        Assert.True((await LookUpAsync()).IsTemporary);
    }

    private readonly IPEndPoint[] _server = new IPEndPoint[1];

    private async Task<Socket> TruncateAsync(byte[] query, EndPoint client)
    {
        await SendAsync(client, new DnsAnswerBuilder(query, truncated: true).Build());
        return await _tcp.AcceptAsync(TestContext.Current.CancellationToken);
    }

    private Task<DnsAnswer> LookUpAsync(
        DnsRecordType type = DnsRecordType.A, IPEndPoint[]? servers = null, CancellationToken? cancellationToken = null)
    {
        _server[0] ??= _udp.SafeHandle.IsClosed ? new IPEndPoint(IPAddress.Loopback, 1) : (IPEndPoint)_udp.LocalEndPoint!;
        var resolver = new DnsResolver(new DnsResolverOptions { Servers = servers ?? _server }, TimeProvider.System);
        return resolver.LookUpAsync("example.com", type, cancellationToken ?? TestContext.Current.CancellationToken).AsTask();
    }

    private async Task<(byte[] Query, EndPoint Client)> ReceiveAsync()
    {
        var buffer = new byte[4096];
        var received = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0),
            TestContext.Current.CancellationToken);
        return (buffer[..received.ReceivedBytes], received.RemoteEndPoint);
    }

    private async Task SendAsync(EndPoint client, byte[] answer) =>
        await _udp.SendToAsync(answer, SocketFlags.None, client, TestContext.Current.CancellationToken);

    private static byte[] Changed(byte[] answer, int at, byte bits = 0x01)
    {
        var changed = (byte[])answer.Clone();
        changed[at] ^= bits;
        return changed;
    }
}
