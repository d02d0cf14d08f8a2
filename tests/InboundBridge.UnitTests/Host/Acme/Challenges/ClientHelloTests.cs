using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using InboundBridge.Acme.Challenges;

namespace InboundBridge.UnitTests.Host.Acme.Challenges;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("mx.example.com", "acme-tls/1", true)]
    [InlineData("mx.example.com", "http/1.1", false)]
    [InlineData("mx.example.com", "acme-tls/1,http/1.1", false)]
    [InlineData("mx.example.com", "", false)]
    [InlineData("", "acme-tls/1", true)]
    public async Task A_real_hello_is_read_in_any_pieces(string host, string protocols, bool isOfAuthority)
    {
        var octets = await HelloAsync(host, protocols.Split(',', StringSplitOptions.RemoveEmptyEntries));
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.Equal(ClientHelloState.Incomplete, ClientHello.Read(octets.AsSpan(0, length), out var early));
            Assert.Null(early);
        }
        Assert.Equal(ClientHelloState.Whole, ClientHello.Read(octets, out var hello));
        Assert.Equal((host.Length == 0 ? null : host, isOfAuthority), (hello!.Host, hello.IsOfAuthority));
        // Two records for one message.
        byte[] split =
        [
            22, 3, 1, 0, 50, .. octets[5..55], 22, 3, 1, (byte)((octets.Length - 55) >> 8), (byte)(octets.Length - 55), .. octets[55..],
        ];
        Assert.Equal(ClientHelloState.Whole, ClientHello.Read(new ReadOnlySequence<byte>(split), out var again));
        Assert.Equal((hello.Host, hello.IsOfAuthority), (again!.Host, again.IsOfAuthority));
    }

    [Theory]
    [InlineData("47455420")]
    [InlineData("1503010002")]
    [InlineData("16030100000000")]
    [InlineData("160301ffff")]
    [InlineData("1603010004 02000000")]
    [InlineData("1603010004 01ffffff")]
    [InlineData("1603010006 01000002 0303")]
    public void What_is_no_hello_is_refused_at_once(string hex) =>
        Assert.Equal(
            ClientHelloState.Broken, ClientHello.Read(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _));

    [Fact]
    public void A_hello_without_an_end_is_bounded()
    {
        byte[] record = [22, 3, 1, 0, 1, 1];
        var endless = Enumerable.Repeat(record, 4000).SelectMany(octets => octets).ToArray();
        Assert.Equal(ClientHelloState.Broken, ClientHello.Read(endless, out _));
    }

    private static async Task<byte[]> HelloAsync(string host, string[] protocols)
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        await using var client = new SslStream(new TwoWays(toClient.Reader.AsStream(), toServer.Writer.AsStream()));
        var shaking = client.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols.Select(name => new SslApplicationProtocol(name))],
            }, TestContext.Current.CancellationToken);
        var read = await toServer.Reader.ReadAsync(TestContext.Current.CancellationToken);
        var octets = read.Buffer.ToArray();
        await toClient.Writer.CompleteAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => shaking);
        return octets;
    }

    private sealed class TwoWays(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => output.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);
    }
}
