namespace InboundBridge.Mime.Reading;

/// <summary>
/// Limits how much the packed content of one mail may grow. A gzip file of 500 octets can hold 32 MB, and a mail can hold many files, so
/// the sum over the whole mail is capped as well as the growth of each file.
/// </summary>
internal sealed class UnpackAllowance
{
    /// <summary>Most octets of one file, packed or unpacked: the largest public DMARC reports have about 10 MB.</summary>
    public const int LargestFile = 32 * 1024 * 1024;

    /// <summary>Most octets of all layers of all files of one mail.</summary>
    private const long LargestSum = 64L * 1024 * 1024;

    /// <summary>Largest growth factor. Deflate reaches 1032; XML of similar records packs 20 to 60 times.</summary>
    private const int LargestRatio = 200;

    /// <summary>Octets that any file may grow to: small files of white space pack well without malice.</summary>
    private const int AlwaysAllowed = 1024 * 1024;

    private long _sum;

    /// <param name="count">Octets that were just unpacked.</param>
    /// <param name="total">Octets that this layer has unpacked so far, these included.</param>
    /// <param name="packed">Octets read so far from the packed file in the mail.</param>
    /// <exception cref="UnpackLimitException">A cap is exceeded.</exception>
    public void Take(int count, long total, long packed)
    {
        _sum += count;
        if (total > LargestFile)
            throw new UnpackLimitException($"a packed report holds more than {LargestFile / (1024 * 1024)} MB and was not read");
        if (total > AlwaysAllowed && total > packed * LargestRatio)
            throw new UnpackLimitException($"a packed report grows to more than {LargestRatio} times its size and was not read");
        if (_sum > LargestSum)
            throw new UnpackLimitException(
                $"the packed files of the mail hold more than {LargestSum / (1024 * 1024)} MB together and were not read");
    }
}
