namespace Doorbuster.Catalog.Import;

/// <summary>
/// Sorts the goods of Online Retail, which come without categories, by the first rule that has a word of the description.
/// Listed in docs/reference/catalog-csv.md.
/// </summary>
internal static class CategoryRules
{
    public const string Rest = "Gifts";

    private static readonly (string Category, string[] Words)[] Rules =
    [
        ("Christmas", ["CHRISTMAS", "XMAS", "ADVENT", "SANTA", "REINDEER", "SNOWMAN", "SNOWMEN", "NOEL", "BAUBLE"]),
        ("Jewellery", ["NECKLACE", "EARRING", "EARRINGS", "BRACELET", "BANGLE", "BROOCH", "RING", "HAIRCLIP", "HAIR", "JEWELLERY"]),
        ("Bags", ["BAG", "BAGS", "SHOPPER", "PURSE", "RUCKSACK", "BACKPACK", "LUGGAGE", "WASHBAG", "TOTE"]),
        ("Stationery", ["CARD", "CARDS", "WRAP", "NOTEBOOK", "PEN", "PENS", "PENCIL", "PENCILS", "STICKER", "STICKERS", "STAMP", "PAPER", "RIBBON", "RIBBONS", "JOURNAL", "CALENDAR", "ERASER", "ERASERS", "CHALK", "ENVELOPE", "TISSUE", "TAPE"]),
        ("Candles & Lights", ["CANDLE", "CANDLES", "CANDLESTICK", "CANDLEHOLDER", "T-LIGHT", "TEALIGHT", "LANTERN", "LIGHT", "LIGHTS", "LAMP", "NIGHTLIGHT", "INCENSE"]),
        ("Kitchen", ["MUG", "MUGS", "CUP", "CUPS", "SAUCER", "PLATE", "PLATES", "BOWL", "BOWLS", "TEA", "TEAPOT", "TEASPOON", "TEASPOONS", "COFFEE", "CAKE", "CAKES", "CAKESTAND", "BAKING", "COOKIE", "BREAD", "KITCHEN", "APRON", "OVEN", "SPOON", "SPOONS", "CUTLERY", "JUG", "JAM", "PANTRY", "LUNCH", "BOTTLE", "TUMBLER", "GLASS", "GLASSES", "TRAY", "COASTER", "COASTERS", "PLACEMAT", "PLACEMATS", "NAPKINS", "JELLY", "MOULD", "MOULDS", "SALT", "EGG", "FRIDGE", "RECIPE", "SCALES", "WHISK"]),
        ("Toys & Children", ["TOY", "TOYS", "CHILDREN", "CHILDRENS", "CHILD'S", "CHILDREN'S", "CHILDS", "GAME", "GAMES", "DOLL", "DOLLY", "PUPPET", "PUPPETS", "PUZZLE", "PUZZLES", "MARBLES", "SKIPPING", "SPINNING", "DOMINOES", "PLAYHOUSE", "SOLDIER", "BALLOONS", "SPACEBOY", "JIGSAW", "LUDO", "BINGO", "CRAYONS", "BABY"]),
        ("Garden", ["GARDEN", "GARDENERS", "PLANT", "PLANTER", "FLOWER", "FLOWERS", "HERB", "WATERING", "BIRD", "BIRDHOUSE", "SEEDS", "POT", "POTS", "PARASOL", "UMBRELLA", "TROWEL"]),
        ("Textiles", ["CUSHION", "CUSHIONS", "TOWEL", "TOWELS", "QUILT", "THROW", "BLANKET", "CURTAIN", "DOORMAT", "RUG", "SLIPPERS", "FABRIC", "FELT", "WARMER", "PYJAMA", "SCARF", "SOCKS", "KNITTED", "CROCHET", "PILLOW"]),
        ("Storage", ["BOX", "BOXES", "TIN", "TINS", "BASKET", "BASKETS", "CABINET", "DRAWER", "DRAWERS", "JAR", "JARS", "STORAGE", "HOLDER", "RACK", "TRINKET", "CASE"]),
        ("Decoration", ["SIGN", "FRAME", "FRAMES", "CLOCK", "MIRROR", "HOOK", "HOOKS", "HANGER", "HANGERS", "DOORKNOB", "KNOB", "WALL", "GARLAND", "BUNTING", "DECORATION", "DECORATIONS", "HEART", "HEARTS", "ORNAMENT", "PICTURE", "CORNICE", "WREATH", "VASE", "MOBILE", "CHIME", "LETTERS", "BLOCK"]),
    ];

    private static readonly Dictionary<string, int> RuleOfWord = Rules
        .SelectMany((rule, place) => rule.Words.Select(word => (word, place)))
        .ToDictionary(pair => pair.word, pair => pair.place);

    public static string CategoryOf(string description)
    {
        var best = int.MaxValue;
        foreach (var word in description.ToUpperInvariant().Split([' ', ',', '.', '/', '+', '(', ')', '&'], StringSplitOptions.RemoveEmptyEntries))
            if (RuleOfWord.TryGetValue(word, out var place) && place < best)
                best = place;
        return best == int.MaxValue ? Rest : Rules[best].Category;
    }
}
