using InboundBridge.Configuration.Values;

namespace InboundBridge.UnitTests.Host.Configuration.Values;

public class ValueTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("100ms", 100)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("3d", 259_200_000)]
    public void Durations_have_a_unit(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 minutes")]
    [InlineData("1.s")]
    [InlineData(".5s")]
    [InlineData("99999999999999999999999999999999d")]
    [InlineData("40000d")]
    public void Text_that_is_not_a_duration_is_refused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("100", 100)]
    [InlineData("100B", 100)]
    [InlineData("256KB", 262_144)]
    [InlineData("50 MB", 52_428_800)]
    [InlineData("1.5k", 1536)]
    [InlineData("2GiB", 2_147_483_648)]
    public void Sizes_count_by_1024(string text, long octets)
    {
        Assert.True(SizeText.TryParse(text, out var value));
        Assert.Equal(octets, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1B")]
    [InlineData("0.3B")]
    [InlineData("1XB")]
    [InlineData("99999999999TB")]
    public void Text_that_is_not_a_size_is_refused(string text) => Assert.False(SizeText.TryParse(text, out _));

    [Theory]
    [InlineData("30s")]
    [InlineData("1d")]
    [InlineData("90s")]
    [InlineData("0")]
    public void A_duration_is_written_with_its_largest_whole_unit(string text)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(text, DurationText.Format(value));
    }

    [Theory]
    [InlineData("100/s", 100, 1)]
    [InlineData("600/1h", 600, 3600)]
    [InlineData("10 / 5m", 10, 300)]
    public void Rates_are_a_count_in_a_period(string text, int count, int seconds)
    {
        Assert.True(RateText.TryParse(text, out var value));
        Assert.Equal(new RateText(count, TimeSpan.FromSeconds(seconds)), value);
    }

    [Theory]
    [InlineData("100")]
    [InlineData("0/s")]
    [InlineData("1/0s")]
    [InlineData("/s")]
    [InlineData("1/")]
    public void Text_that_is_not_a_rate_is_refused(string text) => Assert.False(RateText.TryParse(text, out _));

    [Theory]
    [InlineData("0.0.0.0:25", false)]
    [InlineData("127.0.0.1:0", true)]
    [InlineData("[::]:25", false)]
    [InlineData("[::1]:25", true)]
    [InlineData("localhost:2525", true)]
    [InlineData("host.example:24", false)]
    [InlineData("unix:/run/socket", true)]
    public void Loopback_end_points_are_recognized(string text, bool loopback)
    {
        Assert.True(EndPointText.TryParse(text, out var endPoint));
        Assert.Equal(loopback, EndPointText.IsLoopback(endPoint));
        Assert.Equal(text, EndPointText.Format(endPoint));
    }

    [Theory]
    [InlineData("10.1:25")]
    [InlineData("0x7f000001:25")]
    [InlineData("010.0.0.1:25")]
    [InlineData("[[::1]]:25")]
    [InlineData("1.2.3.4.5:25")]
    [InlineData(":25")]
    [InlineData("[127.0.0.1]:25")]
    [InlineData("::1:25")]
    [InlineData("host:smtp")]
    [InlineData("host:-1")]
    public void Text_that_is_not_an_end_point_is_refused(string text) => Assert.False(EndPointText.TryParse(text, out _));

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    public void An_address_is_a_network_of_one(string text, string network)
    {
        Assert.True(NetworkText.TryParse(text, out var value));
        Assert.Equal(network, value.ToString());
    }

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("010.0.0.1")]
    [InlineData("010.0.0.0/8")]
    [InlineData("0/0")]
    [InlineData("0x7f.1")]
    [InlineData("fe80::1%1")]
    [InlineData("[::1]")]
    [InlineData("10.1.2.3/8")]
    public void Text_that_programs_read_as_different_networks_is_refused(string text) => Assert.False(NetworkText.TryParse(text, out _));

    [Theory]
    [InlineData("[192.0.2.1]", true)]
    [InlineData("[IPv6:2001:db8::1]", true)]
    [InlineData("[1.2.3]", false)]
    [InlineData("[010.0.0.1]", false)]
    [InlineData("[IPv6:fe80::1%1]", false)]
    public void A_literal_holds_one_address(string text, bool valid) => Assert.Equal(valid, HostNameText.TryParseOrLiteral(text, out _));

    [Theory]
    [InlineData("0660", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    [InlineData("600", UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    public void File_modes_are_octal(string text, UnixFileMode mode)
    {
        Assert.True(FileModeText.TryParse(text, out var value));
        Assert.Equal(mode, value);
    }

    [Theory]
    [InlineData("rw-rw----")]
    [InlineData("0680")]
    [InlineData("4755")]
    [InlineData("66")]
    [InlineData("00660")]
    public void Text_that_is_not_a_file_mode_is_refused(string text) => Assert.False(FileModeText.TryParse(text, out _));
}
