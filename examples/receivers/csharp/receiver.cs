#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
// Receives mail in .NET 10, without packages: dotnet run receiver.cs
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

const int Largest = 64 * 1024 * 1024;   // octets of a request
const long Tolerance = 5 * 60;          // seconds that the two clocks may differ

var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET") ?? "";
var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);
if (key.Length < 24)
    throw new InvalidOperationException("WEBHOOK_SECRET must be the secret of the destination: whsec_…");
var folder = Directory.CreateDirectory(Environment.GetEnvironmentVariable("MAIL_FOLDER") ?? "inbox").FullName;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(server =>
{
    server.Limits.MaxRequestBodySize = Largest;   // 413 beyond it
    server.ListenLocalhost(int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "9000", CultureInfo.InvariantCulture));
});
var app = builder.Build();
app.MapMethods("/{**path}", ["HEAD"], () => Results.NoContent());   // 'destinations test' asks whether anybody is there
app.MapPost("/{**path}", async (HttpRequest request) =>
{
    using var octets = new MemoryStream();   // as they came: verify before any parsing
    await request.Body.CopyToAsync(octets);
    var body = octets.ToArray();
    var id = request.Headers["webhook-id"].ToString();
    if (!IsGenuine(id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body))
    {
        Console.WriteLine("refused");
        return Results.Unauthorized();
    }
    Console.WriteLine(Store(id, body) ? $"stored {id} {JsonNode.Parse(body)?["data"]?["subject"]}" : $"repeated {id}");
    return Results.NoContent();   // after any other answer the same mail comes again
});
await app.StartAsync();
Console.WriteLine($"listening on {new Uri(app.Urls.First()).Port}");
await app.WaitForShutdownAsync();

// Whether the octets come from somebody who has the secret, and came just now.
bool IsGenuine(string id, string timestamp, string signatures, byte[] body)
{
    if (!Regex.IsMatch(id, @"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z") || !Regex.IsMatch(timestamp, @"^[0-9]{1,12}\z"))
        return false;
    if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture)) > Tolerance)
        return false;
    byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
    var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}");
    // Several signatures, separated by blanks, while a secret is changed.
    return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
}

// Stores the mail under its webhook-id. False: it is there already, because an earlier answer got lost.
bool Store(string id, byte[] body)
{
    var file = Path.Combine(folder, $"{id}.json");
    if (File.Exists(file))
        return false;
    var temporary = Path.Combine(folder, $".{id}.{Guid.NewGuid():N}");
    using (var stream = File.Create(temporary))
    {
        stream.Write(body);
        stream.Flush(flushToDisk: true);
    }
    File.Move(temporary, file, overwrite: true);   // a crash leaves the whole mail or none
    return true;
}
