using InboundBridge.Benchmarks.Mime;
using InboundBridge.Mime;
using InboundBridge.UnitTests.Mime.Reading;

namespace InboundBridge.UnitTests.Mime.Limits;

public class HostileMailTests
{
    /// <summary>The caps and the count of octets read do their work at any size; the benchmarks run the full ones.</summary>
    private const int Scale = 200;

    public static TheoryData<string> Names => [.. HostileMail.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_to_the_end_within_the_caps(string name)
    {
        var octets = HostileMail.All[name](Scale);
        var mail =
            MimeMessage.Open(
                MimeSource.FromMemory(octets),
                new MimeLimits { HeaderBytes = 16 * 1024, HeaderCount = 500, Addresses = 100, TextCharacters = 500_000 });
        _ = WholeReading.Of(mail);
        Assert.True(mail.Headers.Count <= mail.Limits.HeaderCount);
        Assert.True(mail.To.Count <= mail.Limits.Addresses);
        Assert.True((mail.Text?.Length ?? 0) <= mail.Limits.TextCharacters);
        Assert.True(mail.Problems.Count <= 50);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_is_read_a_few_times_over_at_most(string name)
    {
        var octets = HostileMail.All[name](Scale);
        using var source = new SlowSource(octets, 65_536, 65_536);
        var mail = MimeMessage.Open(source);
        _ = mail.Structure;
        Assert.True(source.OctetsRead <= (3 * source.Length) + 200_000, $"{source.OctetsRead} octets read of {source.Length}");
    }
}
