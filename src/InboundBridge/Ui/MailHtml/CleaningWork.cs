using System.Globalization;

namespace InboundBridge.Ui.MailHtml;

/// <summary>
/// The work that one mail's HTML may cause. A parser that repairs markup may take quadratic time and make a thousand elements of one tag,
/// so tags, elements and characters are counted before it runs, and its own steps while it does.
/// </summary>
/// <param name="cancellationToken">Cancelled when nobody waits for the result any more.</param>
internal sealed class CleaningWork(TimeProvider clock, CancellationToken cancellationToken)
{
    /// <summary>Start tags, end tags and comments. Newsletters have some thousands.</summary>
    public const int MostTags = 50_000;

    /// <summary>Elements that a parser may make of the tags: a font that is not closed goes on in each paragraph.</summary>
    public const int MostElements = 250_000;

    /// <summary>Characters of the cleaned HTML.</summary>
    public const int MostCharacters = 8 * 1024 * 1024;

    /// <summary>Attributes of one tag.</summary>
    public const int MostAttributes = 200;

    /// <summary>Attributes of all tags.</summary>
    public const int MostAttributesTogether = 200_000;

    /// <summary>Characters of the pictures that the mail brings along, each as often as it is shown.</summary>
    public const int MostPictures = 8 * 1024 * 1024;

    /// <summary>Of all kinds together.</summary>
    public const int MostSteps = 2_000_000;

    /// <summary>What is done by then is not worth more of a core; usual mails take milliseconds.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(5);

    private readonly long _begun = clock.GetTimestamp();
    private int _tags;
    private int _attributes;
    private long _pictures;

    public int Steps { get; private set; }

    /// <summary>At most so many will be made; <see cref="MostElements"/> at the end.</summary>
    public long Elements { get; private set; }

    public long Characters { get; private set; }

    /// <summary>Counts a tag or a comment of the mail.</summary>
    /// <param name="elements">Elements that a parser may make of it.</param>
    /// <param name="characters">Characters that they have.</param>
    public void Tag(long elements, long characters)
    {
        if (++_tags > MostTags)
            throw TooMany(MostTags, "tags");
        Elements += elements;
        if (Elements > MostElements)
            throw new HtmlTooHeavyException("its tags overlap too often");
        Write(characters);
        Step();
    }

    /// <summary>Counts an attribute of the mail.</summary>
    /// <param name="place">Its place in its tag, from 1.</param>
    public void Attribute(int place)
    {
        if (place > MostAttributes)
            throw TooMany(MostAttributes, "attributes in one tag");
        if (++_attributes > MostAttributesTogether)
            throw TooMany(MostAttributesTogether, "attributes");
        Step();
    }

    public void Write(long characters)
    {
        Characters += characters;
        if (Characters > MostCharacters)
            throw new HtmlTooHeavyException("it would be too long");
    }

    /// <summary>False: with this one there would be too many.</summary>
    public bool TryPicture(int characters)
    {
        if (_pictures + characters > MostPictures)
            return false;
        _pictures += characters;
        return true;
    }

    /// <summary>Counts a step of any kind. Called by whatever goes through the mail.</summary>
    public void Step()
    {
        if (++Steps > MostSteps)
            throw new HtmlTooHeavyException("it takes too many steps to clean");
        if (Steps % 128 != 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        if (clock.GetElapsedTime(_begun) > Time)
            throw new HtmlTooHeavyException("it takes too long to clean");
    }

    private static HtmlTooHeavyException TooMany(int most, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"it has more than {most:N0} {what}"));
}
