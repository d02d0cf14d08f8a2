using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Delivery.Webhook.Transforming;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transforming;

/// <summary>Whatever a script returns: it is refused with words, or nothing in it leaves its place or its limit.</summary>
public class RandomResultTests
{
    private static readonly string[] Names =
    [
        "body", "headers", "url", "skip", "X-A", "Host", "webhook-id", "Content-Type", "a b", "", "é", "X\r\nY", "constructor", "__proto__",
    ];

    private static readonly string[] Texts =
    [
        "", "x", "a\r\nEvil: b", "\0", "\u0085", "\u2028", "😀", "https://x.example/", "http://x.example/../a", "https://u:p@x.example/",
        "//x", "https://", "http://[::1]:99999/", "https://x.example/ a", "javascript:alert(1)", "https://x.example/\u202e", "true",
        "text/plain",
    ];

    [Fact]
    public void A_result_is_refused_or_keeps_to_its_place()
    {
        var random = new Random(20260102);
        var limits = TransformLimits.Default with { Body = 200, HeaderOctets = 100, Headers = 5, Url = 60 };
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var value = round % 4 == 0 ? Any(random, 0) : Likely(random);
            TransformedRequest request;
            try
            {
                request = TransformedRequest.Read(value, limits);
            }
            catch (FormatException refused)
            {
                Assert.DoesNotContain(refused.Message, char.IsControl);
                continue;
            }
            taken++;
            Assert.InRange(request.Body.Length, 0, limits.Body);
            Assert.InRange(request.Headers.Count, 0, limits.Headers);
            foreach (var (name, text) in request.Headers.Append(KeyValuePair.Create("Content-Type", request.ContentType)))
            {
                Assert.True(Ascii.IsValid(name) && name.All(letter => letter is > ' ' and < '\u007f' and not ':'), name);
                Assert.DoesNotContain(text, char.IsControl);
                Assert.NotEqual("Host", name);
                Assert.False(name.StartsWith("webhook-", StringComparison.Ordinal), name);
            }
            if (request.Url is { } url)
                Assert.True(url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0, url.ToString());
        }
        Assert.InRange(taken, 500, 19_000);
    }

    private static JsonObject Likely(Random random)
    {
        var result = new JsonObject { ["body"] = random.Next(3) == 0 ? Any(random, 0) : random.Next(2) == 0 ? new JsonObject() : "text" };
        if (random.Next(2) == 0)
            result["url"] = Texts[random.Next(Texts.Length)];
        if (random.Next(2) == 0)
        {
            var headers = new JsonObject();
            for (var count = random.Next(7); count > 0; count--)
                headers[random.Next(3) == 0 ? Names[random.Next(Names.Length)] : $"X-{count}"] = Texts[random.Next(Texts.Length)];
            result["headers"] = headers;
        }
        return result;
    }

    private static JsonNode? Any(Random random, int depth)
    {
        switch (random.Next(depth > 3 ? 5 : 7))
        {
            case 0: return null;
            case 1: return random.Next(-5, 500);
            case 2: return random.Next(2) == 0;
            case 3: return random.NextDouble() * 1e300;
            case 4: return string.Concat(Enumerable.Repeat(Texts[random.Next(Texts.Length)], random.Next(1, 20)));
            case 5:
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth + 1))]);
            default:
                var map = new JsonObject();
                for (var count = random.Next(4); count > 0; count--)
                    map[Names[random.Next(Names.Length)]] = Any(random, depth + 1);
                return map;
        }
    }
}
