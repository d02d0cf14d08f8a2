using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Delivery;
using InboundBridge.MailFlow.Delivery.Webhook.Json;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Json;

/// <summary>Values that bypass the library's writer are written in the same octets.</summary>
public class PayloadJsonTests
{
    private const int Documents = 500;

    private static readonly string[] Pieces =
    [
        "plain", "", " ", "\"", "\\", "/", "<a>", "&", "'", "\t", "\r\n", "\0", "\u001f", "\u007f", "\u0080", "é", "\u2028", "\uE000",
        "\uFFFF", "不", "😀", "\uD83D", "\uDE00", new string('v', 1020), new string('é', 700),
    ];

    [Fact]
    public void Values_of_all_kinds()
    {
        var random = new Random(20_260_107);
        for (var run = 0; run < Documents; run++)
        {
            var seed = random.Next();
            Assert.Equal(JsonText.Write(json => WriteByLibrary(json, new Random(seed))), Written(json => Write(json, new Random(seed))));
        }
    }

    [Theory]
    [InlineData("{\"spf\":\"pass\"}")]
    [InlineData("[ \"é\", \"😀\" ]")]
    public void A_value_that_is_JSON_is_copied(string value) => Assert.Equal($"{{\"a\":{value},\"b\":null}}", Written(json =>
    {
        json.OpenObject();
        json.Value("a"u8).WriteRawValue(value);
        json.Null("b"u8);
        json.CloseObject();
    }));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(2, 8)]
    [InlineData(0, 0)]
    public void A_text_of_which_a_stretch_is_written_again(int start, int end) =>
        Assert.Equal(
            "[\"\\\"a\\n\\\\b\\n\","
            + JsonSerializer.Serialize("\"a\r\n\\b\r\n"[start..end].Replace("\r\n", "\n", StringComparison.Ordinal))
                .Replace("\\u0022", "\\\"", StringComparison.Ordinal) + "]", Written(json =>
    {
        ReadOnlySpan<byte> text = "\"a\r\n\\b\r\n"u8;
        json.OpenArray();
        json.Again(default, text[start..end], json.Text(default, text, text[start..end]));
        json.CloseArray();
    }));

    private static void Write(PayloadJson json, Random random)
    {
        json.OpenObject();
        for (var count = random.Next(8); count > 0; count--)
        {
            json.String("string"u8, Text(random));
            json.Number("number"u8, random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
            json.Boolean("boolean"u8, random.Next(2) == 0);
            json.Date("date"u8, Date(random));
            json.Time("time"u8, Date(random));
            json.Strings("strings"u8, [Text(random), Text(random)]);
            json.OpenArray("array"u8);
            json.OpenArray();
            json.CloseArray();
            json.String(default, null);
            json.OpenObject();
            json.Null("null"u8);
            json.CloseObject();
            json.CloseArray();
        }
        json.CloseObject();
    }

    private static void WriteByLibrary(Utf8JsonWriter json, Random random)
    {
        json.WriteStartObject();
        for (var count = random.Next(8); count > 0; count--)
        {
            json.WriteString("string"u8, Text(random));
            json.WriteNumber("number"u8, random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
            json.WriteBoolean("boolean"u8, random.Next(2) == 0);
            json.WriteString("date"u8, Date(random));
            json.WriteTime("time"u8, Date(random));
            json.WriteStrings("strings"u8, [Text(random), Text(random)]);
            json.WriteStartArray("array"u8);
            json.WriteStartArray();
            json.WriteEndArray();
            json.WriteNullValue();
            json.WriteStartObject();
            json.WriteNull("null"u8);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Half of them are plain.</summary>
    private static string Text(Random random) =>
        random.Next(2) == 0
            ? Pieces[0] : string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static DateTimeOffset Date(Random random) =>
        new DateTimeOffset(random.Next(1, 9999), 12, 31, 23, 59, 58, TimeSpan.FromMinutes(random.Next(-840, 840)))
            .AddTicks(random.Next(4) == 0 ? random.Next(10_000_000) : 0);

    private static string Written(Action<PayloadJson> write)
    {
        using var body = new BodyBuffer(Path.GetTempPath());
        using (var json = new PayloadJson(body))
            write(json);
        Assert.True(body.TryGetMemory(out var octets));
        return Encoding.UTF8.GetString(octets.Span);
    }
}
