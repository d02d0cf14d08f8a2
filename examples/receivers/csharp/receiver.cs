#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
// Receives mail in .NET 10, without packages: dotnet run receiver.cs
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

const int Largest = 128 * 1024 * 1024;   // octets of a request
const long Tolerance = 5 * 60;           // seconds that the two clocks may differ

var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET") ?? "";
var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);
if (key.Length < 24)
    throw new InvalidOperationException("WEBHOOK_SECRET must be the secret of the destination: whsec_…");
var folder = Path.GetFullPath(Environment.GetEnvironmentVariable("MAIL_FOLDER") ?? "inbox");
if (!Directory.Exists(folder))
{
    Directory.CreateDirectory(folder);
    Disk.Sync(Path.GetDirectoryName(folder)!);
}

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
    var body = octets.GetBuffer().AsMemory(0, (int)octets.Length);
    var id = request.Headers["webhook-id"].ToString();
    if (!IsGenuine(id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body.Span))
    {
        Console.WriteLine("refused");
        return Results.Unauthorized();
    }
    try
    {
        Console.WriteLine($"{(Store(id, body.Span) ? "stored" : "repeated")} {id}");
        return Results.NoContent();
    }
    catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
    {
        Console.WriteLine($"failed {fault.Message}");
        return Results.StatusCode(503);   // after any answer but 2xx the same mail comes again
    }
});
await app.StartAsync();
Console.WriteLine($"listening on {new Uri(app.Urls.First()).Port}");
await app.WaitForShutdownAsync();

// Whether the octets come from somebody who has the secret, and came just now.
bool IsGenuine(string id, string timestamp, string signatures, ReadOnlySpan<byte> body)
{
    if (!Regex.IsMatch(id, @"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z") || !Regex.IsMatch(timestamp, @"^[0-9]{1,12}\z"))
        return false;
    if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp, CultureInfo.InvariantCulture)) > Tolerance)
        return false;
    using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
    mac.AppendData(body);
    var expected = Encoding.ASCII.GetBytes($"v1,{Convert.ToBase64String(mac.GetHashAndReset())}");
    // Several signatures, separated by blanks, while a secret is changed.
    return signatures.Split(' ').Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
}

// Stores the mail under its webhook-id. False: it is there already, from an earlier request or from one at the same time.
bool Store(string id, ReadOnlySpan<byte> body)
{
    var (file, temporary) = (Path.Combine(folder, $"{id}.json"), Path.Combine(folder, $".{id}.{Guid.NewGuid():N}"));
    var isNew = !File.Exists(file);
    if (isNew)
    {
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew))
            {
                stream.Write(body);
                stream.Flush(flushToDisk: OperatingSystem.IsWindows());
            }
            Disk.Sync(temporary);   // .NET's own call does not tell on Linux when it has failed
            isNew = Disk.Link(temporary, file);   // of several at the same time, one succeeds; a crash leaves the whole mail or none
        }
        finally
        {
            File.Delete(temporary);
        }
    }
    Disk.Sync(folder);   // for a repeat too: the other request may not have come this far
    return isNew;
}

// What .NET has no calls for.
internal static class Disk
{
    private const int AlreadyExists = 17;   // EEXIST

    // Gives a file a second name; false where a file of that name is there.
    public static bool Link(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            return CreateHardLink(to, from, 0) || (File.Exists(to) ? false : throw new IOException($"{to} can't be made"));
        return link(from, to) == 0 || (Marshal.GetLastPInvokeError() == AlreadyExists ? false : throw Fault(to));
    }

    // Writes a file, or the names in a folder, to the disk. On Windows the stream has done it, and folders have no such call.
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = open(path, 0);
        if (handle < 0)
            throw Fault(path);
        var (written, error) = (fsync(handle), Marshal.GetLastPInvokeErrorMessage());
        close(handle);
        if (written != 0)
            throw new IOException($"{path}: {error}");
    }

    private static IOException Fault(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("kernel32", CharSet = CharSet.Unicode, EntryPoint = "CreateHardLinkW")]
    private static extern bool CreateHardLink(string to, string from, nint security);

    [DllImport("libc", SetLastError = true)]
    private static extern int link(string from, string to);

    [DllImport("libc", SetLastError = true)]
    private static extern int open(string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int file);

    [DllImport("libc")]
    private static extern int close(int file);
}
