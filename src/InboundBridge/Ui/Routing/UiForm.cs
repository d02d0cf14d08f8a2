using System.Text;
using InboundBridge.Api;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace InboundBridge.Ui.Routing;

/// <summary>The fields of a form that a page sent: bounded, and read whole before anything is done.</summary>
internal sealed class UiForm
{
    /// <summary>Octets of a form without a mail: ids, names, a reason.</summary>
    public const long Usual = 64 * 1024;

    /// <summary>Fields of one form: a page of selected messages, and some more.</summary>
    private const int MostFields = 1000;

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, StringValues> _fields;

    private UiForm(Dictionary<string, StringValues> fields) => _fields = fields;

    public static UiForm Empty { get; } = new(new Dictionary<string, StringValues>(StringComparer.Ordinal));

    /// <summary>A field without spaces around it; null where it is missing or empty.</summary>
    public string? Text(string name) =>
        _fields.TryGetValue(name, out var value) && value.ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>A field as it was sent; empty where it is missing.</summary>
    public string Raw(string name) => _fields.TryGetValue(name, out var value) ? value.ToString() : string.Empty;

    public IReadOnlyList<string> Texts(string name) =>
        _fields.TryGetValue(name, out var values) ? [.. values.OfType<string>().Where(value => value.Length > 0)] : [];

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <exception cref="BadHttpRequestException">It is too large, too slow or no form.</exception>
    public static async Task<UiForm> ReadAsync(HttpContext context, long largest)
    {
        var octets = await UploadBody.ReadAsync(context, largest, Time, TimeProvider.System, Path.GetTempPath());
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            throw new BadHttpRequestException("a form was expected");
        using var body = new MemoryStream(octets);
        try
        {
            if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
                return new UiForm(await ReadUrlEncodedAsync(body, (int)largest, context.RequestAborted));
            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
                return new UiForm(await ReadMultipartAsync(body, type, largest, context.RequestAborted));
        }
        catch (InvalidDataException fault)
        {
            throw new BadHttpRequestException($"the form can't be read: {fault.Message}", fault);
        }
        catch (IOException fault)
        {
            throw new BadHttpRequestException($"the form can't be read: {fault.Message}", fault);
        }
        throw new BadHttpRequestException($"a form was expected, not {type.MediaType}", StatusCodes.Status415UnsupportedMediaType);
    }

    private static async Task<Dictionary<string, StringValues>> ReadUrlEncodedAsync(
        Stream body, int largest, CancellationToken cancellationToken)
    {
        using var reader = new FormReader(body) { ValueCountLimit = MostFields, ValueLengthLimit = largest, KeyLengthLimit = 200 };
        return await reader.ReadFormAsync(cancellationToken);
    }

    /// <summary>Files are read as Latin-1 text: one character for each octet, so that a mail keeps its octets.</summary>
    private static async Task<Dictionary<string, StringValues>> ReadMultipartAsync(
        Stream body, MediaTypeHeaderValue type, long largest, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200)
            throw new InvalidDataException("it has no boundary");
        var reader = new MultipartReader(boundary, body) { BodyLengthLimit = largest, HeadersCountLimit = 16 };
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || fields.Count >= MostFields)
                throw new InvalidDataException("a part is odd, or there are too many");
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            using var content = new MemoryStream();
            await section.Body.CopyToAsync(content, cancellationToken);
            var encoding = disposition.IsFileDisposition() ? Encoding.Latin1 : Encoding.UTF8;
            var text = encoding.GetString(content.GetBuffer(), 0, (int)content.Length);
            fields[name] = fields.TryGetValue(name, out var before) ? StringValues.Concat(before, text) : text;
        }
        return fields;
    }
}
