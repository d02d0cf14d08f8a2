namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary><c>log.syslog</c> and <c>telemetry</c>.</summary>
public class WatchingSectionsTests
{
    [Theory]
    [InlineData("udp://192.0.2.9", "Udp 192.0.2.9:514")]
    [InlineData("udp://192.0.2.9:5514", "Udp 192.0.2.9:5514")]
    [InlineData("tcp://[2001:db8::9]:601", "Tcp [2001:db8::9]:601")]
    [InlineData("tcp://[2001:db8::9]", "Tcp [2001:db8::9]:514")]
    [InlineData("tls://log.example.com", "Tls Unspecified/log.example.com:6514")]
    [InlineData("unix:/dev/log", "Unix /dev/log")]
    public void A_syslog_receiver_is_understood(string text, string expected)
    {
        var address = ConfigurationCase.OptionsOf($"domains: [example.com]\nlog: {{ syslog: '{text}' }}").Log.Syslog!;
        Assert.Equal(expected, $"{address.Transport} {address.EndPoint}");
    }

    [Theory]
    [InlineData("upd://192.0.2.9", "did you mean 'udp:'?")]
    [InlineData("192.0.2.9:514", "such as udp://192.0.2.9:514")]
    [InlineData("udp://", "such as udp://192.0.2.9:514")]
    [InlineData("udp://a b", "such as udp://192.0.2.9:514")]
    [InlineData("tcp://host:99999", "such as udp://192.0.2.9:514")]
    [InlineData("unix:dev/log", "such as udp://192.0.2.9:514")]
    public void A_mistake_in_it_is_named(string text, string hint) =>
        Assert.Contains(hint, Problems($"log: {{ syslog: '{text}' }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:4317", false)]
    [InlineData("https://otel.example.com", false)]
    [InlineData("http://127.0.0.1:4318", true)]
    [InlineData("https://otel.example.com/otlp", true)]
    public void The_URL_says_which_protocol_the_collector_speaks(string url, bool isHttp)
    {
        var telemetry = ConfigurationCase.OptionsOf($"domains: [example.com]\ntelemetry: {{ otlp: '{url}', sample: 10% }}").Telemetry!;
        Assert.Equal((isHttp, 0.1, true, false), (telemetry.IsHttp, telemetry.Sample, telemetry.Traces, telemetry.Logs));
    }

    [Theory]
    [InlineData("telemetry: { otlp: '127.0.0.1:4317' }", "with its scheme: http://127.0.0.1:4317")]
    [InlineData("telemetry: { otpl: 'http://127.0.0.1:4317' }", "did you mean 'otlp'?")]
    [InlineData("telemetry: { otlp: 'http://127.0.0.1:4317', sample: 200% }", "such as 20%")]
    [InlineData("telemetry: { otlp: 'http://127.0.0.1:4317/?a=b' }", "it is no address of a collector")]
    [InlineData("telemetry: { otlp: 'http://127.0.0.1:4317', traces: false }", "neither traces nor logs are sent")]
    public void A_mistake_in_telemetry_is_named(string yaml, string problem) =>
        Assert.Contains(problem, Problems(yaml), StringComparison.Ordinal);

    private static string Problems(string yaml) =>
        string.Join('\n', new ConfigurationCase().Read($"domains: [example.com]\n{yaml}").Problems.Items);
}
