using Doorbuster.Platform;

namespace Doorbuster.Books;

public sealed class BooksFeature : Feature
{
    public override string Name => "books";
}
