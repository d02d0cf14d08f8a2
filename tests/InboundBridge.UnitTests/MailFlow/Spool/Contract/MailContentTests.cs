using System.Security.Cryptography;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Spool.Contract;

public class MailContentTests
{
    private static readonly byte[] Octets = SampleMail.Octets(5, 10_000);

    [Fact]
    public async Task Content_in_memory_lends_it_and_never_waits()
    {
        var lent = new ReadOnlyMemory<byte>(Octets);
        using var content = MailContent.FromMemory(lent, 7);
        Assert.True(content.TryGetMemory(out var memory));
        Assert.True(memory.Span == lent.Span);
        Assert.Equal((10_000, 7, true), (content.Length, content.PreludeLength, content.IsLocal));
        var piece = new byte[100];
        var read = content.ReadAsync(9_950, piece, CancellationToken.None);
        Assert.True(read.IsCompletedSuccessfully);
        Assert.Equal(50, await read);
        Assert.Equal(Octets[9_950..], piece[..50]);
        Assert.Equal(0, content.Read(10_000, piece));
        Assert.Equal(0, content.Read(10_001, piece));
        Assert.Same(content, await content.ToLocalAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Digest_and_stream_are_those_of_all_octets(bool isRemote)
    {
        using var content = isRemote ? new RemoteContent(Octets) : MailContent.FromMemory(Octets);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Octets)), await content.ReadSha256Async(CancellationToken.None));
        await using var stream = content.AsStream();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, CancellationToken.None);
        Assert.Equal(Octets, copy.ToArray());
        Assert.Equal((Octets.Length, Octets.Length), (stream.Length, stream.Position));
    }

    [Fact]
    public async Task A_stream_ends_its_content()
    {
        var content = new RemoteContent(Octets);
        await content.AsStream().DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await content.ReadAsync(0, new byte[1], CancellationToken.None));
    }

    [Fact]
    public async Task Remote_content_is_parsed_only_once_it_has_been_fetched()
    {
        using var content = new RemoteContent("Subject: x\r\n\r\nbody"u8.ToArray());
        Assert.Throws<InvalidOperationException>(() => content.Read(0, new byte[1]));
        Assert.Throws<InvalidOperationException>(() => ParsedMail.Open(content));
        Assert.Equal("x", (await ParsedMail.OpenAsync(content, null, CancellationToken.None)).Subject);
    }
}
