using System.Security.Cryptography;

namespace InboundBridge.Ui.Assets;

/// <summary>
/// The style sheet, the script and the icon, from the assembly. Their addresses hold a digest of their content, so browsers keep them until
/// they change.
/// </summary>
internal sealed class UiAssets
{
    /// <summary>Below it are the files, which need no sign-in.</summary>
    public const string Folder = "/ui/assets/";

    /// <summary>The names of the files in the assembly, each below <c>ui/</c>.</summary>
    public static readonly string[] Names = ["app.css", "app.js", "icon.svg"];

    private readonly Dictionary<string, (string Address, string Type, byte[] Octets)> _files = new(StringComparer.Ordinal);

    public UiAssets()
    {
        foreach (var name in Names)
        {
            var octets = Read(name);
            var digest = Convert.ToHexStringLower(SHA256.HashData(octets).AsSpan(0, 8));
            var dot = name.LastIndexOf('.');
            _files[name] = ($"{Folder}{name[..dot]}.{digest}{name[dot..]}", TypeOf(name[dot..]), octets);
        }
    }

    public string Style => _files["app.css"].Address;

    public string Script => _files["app.js"].Address;

    public string Icon => _files["icon.svg"].Address;

    /// <param name="name">The part of the path behind <see cref="Folder"/>.</param>
    public async Task AnswerAsync(HttpContext context, string name)
    {
        var response = context.Response;
        var (address, type, octets) = _files.Values.FirstOrDefault(file => file.Address[Folder.Length..] == name);
        if (address is null || !HttpMethods.IsGet(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            response.ContentType = "text/plain";
            await response.WriteAsync("not found\n", context.RequestAborted);
            return;
        }
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.ContentType = type;
        response.ContentLength = octets.Length;
        await response.Body.WriteAsync(octets, context.RequestAborted);
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };

    private static byte[] Read(string name)
    {
        using var resource = typeof(UiAssets).Assembly.GetManifestResourceStream($"ui/{name}")
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var octets = new MemoryStream();
        resource.CopyTo(octets);
        return octets.ToArray();
    }
}
