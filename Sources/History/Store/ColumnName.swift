/// Names as parts of a path in HDF5: `%`, `/` and `.` are escaped.
enum ColumnName {
    static func escaped(_ name: String) -> String {
        name.replacing("%", with: "%25").replacing("/", with: "%2F").replacing(".", with: "%2E")
    }

    static func unescaped(_ name: String) -> String {
        name.replacing("%2E", with: ".").replacing("%2F", with: "/").replacing("%25", with: "%")
    }
}
