using System.Buffers;
using InboundBridge.MailFlow.Delivery;

namespace InboundBridge.UnitTests.MailFlow.Delivery;

public sealed class BodyBufferTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"body-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_body_can_be_read_any_number_of_times(int length)
    {
        using var body = new BodyBuffer(_folder, memoryLimit: 4096);
        var octets = Enumerable.Range(0, length).Select(value => (byte)(value * 31)).ToArray();
        for (var (offset, piece) = (0, 1); offset < length; offset += piece, piece = piece * 3 % 1000 + 1)
            body.Write(octets.AsSpan(offset, Math.Min(piece, length - offset)));
        Assert.Equal(length, body.Length);
        Assert.Equal(length > 4096, body.IsInFile);
        Assert.Equal(octets, ReadAll(body));
        Assert.Equal(octets, ReadAll(body));
        Assert.Equal(!body.IsInFile, body.TryGetMemory(out var memory));
        if (!body.IsInFile)
            Assert.Equal(octets, memory.ToArray());
        // The file has no name, so a crash leaves nothing behind.
        Assert.Empty(Directory.Exists(_folder) ? Directory.GetFiles(_folder) : []);
    }

    [Fact]
    public void One_piece_larger_than_the_limit_is_taken()
    {
        using var body = new BodyBuffer(_folder, memoryLimit: 64);
        body.Write(new byte[10]);
        body.Write(new byte[1000]);
        body.Write(new byte[10]);
        Assert.Equal(1020, ReadAll(body).Length);
    }

    private static byte[] ReadAll(BodyBuffer body)
    {
        var octets = new byte[body.Length];
        var offset = 0;
        for (int count; (count = body.Read(offset, octets.AsSpan(offset, Math.Min(777, octets.Length - offset)))) > 0;)
            offset += count;
        Assert.Equal(0, body.Read(offset, new byte[1]));
        Assert.Equal(octets.Length, offset);
        return octets;
    }
}
