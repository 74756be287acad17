namespace Doorbuster.Platform.Web;

/// <summary>What every list says of itself beside its rows.</summary>
/// <param name="NextCursor">What <c>after</c> takes to read on; null on the last page.</param>
public sealed record PageInfo(bool HasMore, string? NextCursor)
{
    /// <summary>A list that is one page.</summary>
    public static PageInfo Whole { get; } = new(HasMore: false, NextCursor: null);

    /// <summary>A page of rows of which one more than is shown was read: it tells whether there are more.</summary>
    /// <param name="cursor">Of the last row shown.</param>
    public static (IReadOnlyList<T> Shown, PageInfo Page) Cut<T>(
        IReadOnlyList<T> rows, int limit, Func<T, string> cursor) => rows.Count <= limit
            ? (rows, Whole)
            : ([.. rows.Take(limit)], new(HasMore: true, cursor(rows[limit - 1])));
}
