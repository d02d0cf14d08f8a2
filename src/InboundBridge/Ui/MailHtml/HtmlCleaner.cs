using System.Net;
using System.Text.RegularExpressions;
using AngleSharp;
using AngleSharp.Css.Parser;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Ganss.Xss;
using InboundBridge.Operations.Reading;

namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// Removes from the HTML of a mail whatever could run, submit or load something: an allow-list of tags, attributes, styles and schemes. The
/// frame's policy and sandbox are a second wall behind it. The work is bounded; what would take more is shown as text.
/// </summary>
internal static partial class HtmlCleaner
{
    /// <summary>Nesting that is shown. Deeper trees cost the serializer's stack; mail programs write a tenth of it.</summary>
    private const int Deepest = 300;

    /// <summary>Octets of stack for a tree that is deep all the same. The memory is only touched where it is needed.</summary>
    private const int Stack = 64 * 1024 * 1024;

    /// <summary>Mails that are cleaned at the same time; hostile HTML may take seconds.</summary>
    private const int MostAtOnce = 2;

    private static readonly string[] FormTags =
    [
        "form", "input", "button", "select", "option", "optgroup", "textarea", "fieldset", "legend", "label", "keygen", "datalist",
        "output",
    ];

    /// <summary>Attributes that the sanitizer would keep, and that mean nothing in a picture of a mail, or too much.</summary>
    private static readonly string[] OtherAttributes =
    [
        "accesskey", "action", "contenteditable", "download", "draggable", "dropzone", "name", "ping", "srcset", "tabindex", "usemap",
    ];

    /// <summary>Attributes that browsers show as text.</summary>
    private static readonly string[] ShownAttributes = ["alt", "title"];

    private static readonly string[] Schemes = ["http", "https", "mailto", "cid", "data"];

    private static readonly string[] PictureTypes = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];

    /// <summary>For a turn, and again for the work.</summary>
    private static readonly TimeSpan Patience = CleaningWork.Time + TimeSpan.FromSeconds(2);

    private static readonly SemaphoreSlim Turns = new(MostAtOnce);

    private static readonly SieveRules Sieve = SieveOf(Rules());

    /// <summary>As the sanitizer's own: it needs the styles.</summary>
    private static readonly AngleSharp.IConfiguration Parsing = AngleSharp.Configuration.Default.WithCss(
        new CssParserOptions
        {
            IsIncludingUnknownDeclarations = true,
            IsIncludingUnknownRules = true,
            IsToleratingInvalidSelectors = true,
        });

    /// <summary>Never longer than <see cref="Patience"/>: what is not clean by then is shown as text.</summary>
    public static async Task<CleanHtml> CleanAsync(HtmlReading mail, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!await Turns.WaitAsync(Patience, cancellationToken))
            return AsText(mail, "the HTML of too many mails is being cleaned; open it again in a moment");
        var done = new TaskCompletionSource<CleanHtml>(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new CleaningWork(clock, cancellationToken);
        new Thread(() => Run(mail, work, done), Stack) { IsBackground = true, Name = "mail html" }.Start();
        try
        {
            return await done.Task.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Its thread ends by itself; until then its turn is taken.
            return AsText(mail, "it takes too long to clean");
        }
    }

    private static void Run(HtmlReading mail, CleaningWork work, TaskCompletionSource<CleanHtml> done)
    {
        try
        {
            done.TrySetResult(Clean(mail, work));
        }
        catch (OperationCanceledException)
        {
            done.TrySetCanceled();
        }
        catch (Exception fault)
        {
            // A fault of the parser, which takes what it likes from strangers: the text can be shown all the same.
            done.TrySetResult(AsText(mail, $"it can't be read ({fault.GetType().Name})"));
        }
        finally
        {
            Turns.Release();
        }
    }

    internal static CleanHtml Clean(HtmlReading mail, CleaningWork work)
    {
        try
        {
            var remote = 0;
            var leftOut = 0;
            var sanitizer = SanitizerFor(
                work, url => PictureOf(url, mail.Pictures, () => remote++) is not { } picture ? null
                    : work.TryPicture(picture.Length) ? picture : Left(ref leftOut));
            // The page that shows it is in standards mode too.
            var plain = "<!DOCTYPE html>" + HtmlSieve.Of(mail.Html, Sieve, work);
            var options = new HtmlParserOptions { MaximumDepth = Deepest + 100, OnCreated = (_, _) => work.Step() };
            using var document = new HtmlParser(options, BrowsingContext.New(Parsing)).ParseDocument(plain);
            if (IsTooDeep(document, work))
                throw new HtmlTooHeavyException("it is nested too deeply");
            sanitizer.SanitizeDom(document);
            if (document.Body is not { } body)
                return new CleanHtml(string.Empty, remote, mail.IsCut);
            foreach (var element in body.QuerySelectorAll("*"))
                Finish(element, work);
            var marks = new ShownMarks();
            LimitMarks(body, marks, work);
            return new CleanHtml(body.InnerHtml, remote, mail.IsCut) { LeftOut = leftOut, MarksLeftOut = marks.LeftOut };
        }
        catch (HtmlTooHeavyException heavy)
        {
            return AsText(mail, heavy.Message);
        }
        catch (RegexMatchTimeoutException)
        {
            return AsText(mail, "its styles take too long to read");
        }
    }

    /// <param name="why">The end of a sentence about the HTML.</param>
    private static CleanHtml AsText(HtmlReading mail, string why)
    {
        var marks = new ShownMarks();
        var body = mail.Text is { } text ? $"<pre>{WebUtility.HtmlEncode(marks.Limit(text))}</pre>" : string.Empty;
        return new CleanHtml(body, 0, mail.IsCut, $"The HTML is shown as text: {why}.") { MarksLeftOut = marks.LeftOut };
    }

    /// <summary>All pieces are one text: a row of marks may go on behind a tag. Of pictures that are not shown the names are.</summary>
    private static void LimitMarks(IElement body, ShownMarks marks, CleaningWork work)
    {
        foreach (var node in body.Descendants())
        {
            work.Step();
            if (node is IText text)
                text.Data = marks.Limit(text.Data);
            if (node is not IElement element)
                continue;
            foreach (var name in ShownAttributes)
            {
                if (element.GetAttribute(name) is { } value)
                    element.SetAttribute(name, marks.Limit(value));
            }
        }
    }

    private static string? Left(ref int count)
    {
        count++;
        return null;
    }

    private static void Finish(IElement element, CleaningWork work)
    {
        work.Step();
        ShownStyles.Restrict(element);
        if (element.LocalName is not ("a" or "area"))
            return;
        element.SetAttribute("target", "_blank");
        element.SetAttribute("rel", "noopener noreferrer nofollow");
    }

    /// <summary>
    /// Values of styles that name a resource as a text (<c>image-set("https://…" 1x)</c>), which no filter of addresses sees, or that are
    /// known only where they are shown. An escape could hide one of these names.
    /// </summary>
    [GeneratedRegex(
        @"[<>\\]|(?:image-set|image|cross-fade|element|paint|src|var|env|attr)\s*\(",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoadsWithoutUrl();

    /// <param name="picture">The address of a picture as it is shown; null: it is not.</param>
    private static HtmlSanitizer SanitizerFor(CleaningWork work, Func<string, string?> picture)
    {
        var sanitizer = Rules();
        sanitizer.DisallowCssPropertyValue = LoadsWithoutUrl();
        sanitizer.FilterUrl += (_, url) =>
        {
            work.Step();
            if (url.SanitizedUrl is null)
                return;
            var isLink = url.Tag is IHtmlAnchorElement or IHtmlAreaElement && !IsPicture(url.SanitizedUrl);
            url.SanitizedUrl = isLink ? LinkOf(url.SanitizedUrl) : picture(url.SanitizedUrl);
        };
        sanitizer.RemovingAttribute += (_, _) => work.Step();
        sanitizer.RemovingStyle += (_, _) => work.Step();
        sanitizer.RemovingTag += (_, _) => work.Step();
        return sanitizer;
    }

    /// <summary>What is shown of a mail.</summary>
    private static HtmlSanitizer Rules()
    {
        var sanitizer = new HtmlSanitizer();
        foreach (var tag in FormTags)
            sanitizer.AllowedTags.Remove(tag);
        foreach (var attribute in OtherAttributes)
            sanitizer.AllowedAttributes.Remove(attribute);
        foreach (var property in ShownStyles.Removed)
            sanitizer.AllowedCssProperties.Remove(property);
        sanitizer.AllowedSchemes.Clear();
        foreach (var scheme in Schemes)
            sanitizer.AllowedSchemes.Add(scheme);
        return sanitizer;
    }

    private static SieveRules SieveOf(HtmlSanitizer rules) => new(
        rules.AllowedTags.Except(["html", "head", "body"], StringComparer.OrdinalIgnoreCase).Select(tag => tag.ToLowerInvariant()),
        rules.AllowedAttributes.Select(attribute => attribute.ToLowerInvariant()));

    /// <summary>The address of a link; null for one that leads to no other site.</summary>
    private static string? LinkOf(string url) =>
        StartsWith(url, "http://") || StartsWith(url, "https://") || StartsWith(url, "mailto:") ? url : null;

    private static string? PictureOf(string url, IReadOnlyDictionary<string, string> pictures, Action countRemote)
    {
        if (StartsWith(url, "cid:"))
            return pictures.GetValueOrDefault(Uri.UnescapeDataString(url[4..]));
        if (IsPicture(url))
            return url;
        if (!StartsWith(url, "data:"))
            countRemote();
        return null;
    }

    private static bool IsPicture(string url) => Array.Exists(PictureTypes, type => StartsWith(url, type));

    private static bool StartsWith(string url, string beginning) => url.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Measures the tree that the parser built. <see cref="OpenElements"/> has judged the tags alone, and by a higher limit. The walk is no
    /// recursion, so a deep tree costs it no stack.
    /// </summary>
    private static bool IsTooDeep(INode root, CleaningWork work)
    {
        var waiting = new Stack<(INode Node, int Depth)>();
        waiting.Push((root, 0));
        while (waiting.TryPop(out var next))
        {
            if (next.Depth > Deepest)
                return true;
            work.Step();
            foreach (var child in next.Node.ChildNodes)
                waiting.Push((child, next.Depth + 1));
        }
        return false;
    }
}
