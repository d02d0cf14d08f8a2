using System.Text;
using InboundBridge.Api;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace InboundBridge.Ui.Routing;

/// <summary>
/// Reads the forms that pages send. Each takes a place before a single octet of it is read, so that many large ones can't fill the memory;
/// limits hold while it arrives, not afterwards.
/// </summary>
internal sealed class FormBodies(TimeProvider clock)
{
    /// <summary>Parts of one form, whatever their names: a page of selected messages, and some more.</summary>
    internal const int MostParts = 1000;

    /// <summary>Characters of a field's name.</summary>
    private const int LongestName = 200;

    /// <summary>Octets of a field that is no file: a mail or rules that somebody typed.</summary>
    internal const long LongestField = 1024 * 1024;

    /// <summary>Forms of people who sign in, on their way at the same time.</summary>
    internal const int MostSignIns = 256;

    /// <summary>Octets of a token with all that belongs to it.</summary>
    private const long SignIn = 4 * 1024;

    private static readonly TimeSpan Time = TimeSpan.FromMinutes(1);

    /// <summary>Whoever signs in is a stranger.</summary>
    private static readonly TimeSpan TimeOfSignIn = TimeSpan.FromSeconds(10);

    private readonly UploadPlaces _usual = new(most: 64, mostOfCaller: 32);
    private readonly UploadPlaces _large = new(most: 6, mostOfCaller: 3);
    private readonly ArrivingForms _signIns = new(MostSignIns);

    /// <summary>Takes a place until the result is disposed; null when there is none.</summary>
    /// <param name="largest">Octets that the form may have.</param>
    public IDisposable? TryTake(string caller, long largest) => (largest > UiForm.Usual ? _large : _usual).TryTake(caller);

    /// <summary>Reads the form of somebody who has no name yet: it takes no place, but later ones may push it out.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, too slow or no form.</exception>
    public async Task<UiForm> ReadSignInAsync(HttpContext context)
    {
        using var arrival = _signIns.Begin();
        return await ReadAsync(context, SignIn, TimeOfSignIn, arrival.GivenUp);
    }

    /// <exception cref="BadHttpRequestException">It is too large, too slow or no form.</exception>
    public Task<UiForm> ReadAsync(HttpContext context, long largest) => ReadAsync(context, largest, Time, CancellationToken.None);

    private async Task<UiForm> ReadAsync(HttpContext context, long largest, TimeSpan time, CancellationToken givenUp)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type))
            throw new BadHttpRequestException("a form was expected");
        var isFields = type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        if (!isFields && !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw new BadHttpRequestException($"a form was expected, not {type.MediaType}", StatusCodes.Status415UnsupportedMediaType);
        using var deadline = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted, givenUp);
        await using var body = new BoundedBody(context, isFields ? Math.Min(largest, LongestField) : largest, either.Token);
        try
        {
            return isFields ? await ReadFieldsAsync(body, either.Token) : await ReadPartsAsync(body, type, either.Token);
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            // Don't wait for the rest of the body.
            context.Response.Headers.Connection = "close";
            throw new BadHttpRequestException(
                $"the form did not arrive within {time.TotalSeconds:0} s", StatusCodes.Status408RequestTimeout, late);
        }
        catch (OperationCanceledException pushedOut) when (givenUp.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            context.Response.Headers.RetryAfter = "1";
            throw new BadHttpRequestException(
                "too many forms arrive at the same time, and this one was slow; send it again", StatusCodes.Status429TooManyRequests,
                pushedOut);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"the form can't be read: {fault.Message}", fault);
        }
    }

    private static async Task<UiForm> ReadFieldsAsync(BoundedBody body, CancellationToken cancellationToken)
    {
        var form = new UiForm();
        // The body is bounded, so no value needs a limit of its own.
        using var reader = new FormReader(body) { KeyLengthLimit = LongestName, ValueLengthLimit = (int)LongestField };
        for (var fields = 0; await reader.ReadNextPairAsync(cancellationToken) is { } field; fields++)
        {
            if (fields == MostParts)
                throw new InvalidDataException($"it has more than {MostParts} fields");
            form.Add(field.Key, field.Value);
        }
        return form;
    }

    private static async Task<UiForm> ReadPartsAsync(BoundedBody body, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > 200)
            throw new InvalidDataException("it has no boundary");
        var form = new UiForm();
        var reader = new MultipartReader(boundary, body) { HeadersCountLimit = 16, HeadersLengthLimit = 8 * 1024 };
        for (var parts = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
        {
            if (parts == MostParts)
                throw new InvalidDataException($"it has more than {MostParts} parts");
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                || disposition.Name.Length is 0 or > LongestName)
                throw new InvalidDataException("a part has no name, or an odd one");
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
            var isFile = disposition.IsFileDisposition();
            using var content = new MemoryStream();
            await CopyAsync(section.Body, content, isFile ? long.MaxValue : LongestField, name, cancellationToken);
            var octets = content.GetBuffer().AsMemory(0, (int)content.Length);
            if (isFile)
                form.AddFile(name, octets);
            else
                form.Add(name, Encoding.UTF8.GetString(octets.Span));
        }
        return form;
    }

    private static async Task CopyAsync(Stream from, MemoryStream to, long most, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (to.Length + count > most)
                throw new BadHttpRequestException(
                    $"the field '{name}' may have at most {most} octets; send more as a file", StatusCodes.Status413PayloadTooLarge);
            to.Write(buffer, 0, count);
        }
    }
}
